"""Where a line never ends: inside numbers with their units, ranges, phone numbers, names, dashes and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPACE = r"[ \u00a0\u202f]"
_NUMBER = r"\d+(?:[.,\u066b\u066c’'\u00a0\u202f]\d+)*"
_CURRENCY = r"(?:[\$€£¥₩₹₽₴₺₫฿₱₪₦₡₲₵₸₼₾₿৳៛﷼]|[A-Z]{1,3}\$)"
_CURRENCY_WORD = (
    r"(?:Rs\.?|Rp|RM|kr\.?|Kč|zł|Ft|lei|лв\.?|руб\.?|грн\.?|ден\.?|дин\.?|din\.?|KM|TL|R|S/|Bs\.?|CHF|Fr\.?|USD|EUR"
    r"|GBP|JPY|CNY|KRW|INR|RUB|UAH|TRY|PLN|CZK|HUF|RON|BGN|SEK|NOK|DKK|BRL|MXN|CAD|AUD|NZD|SAR|AED|EGP|ILS|THB|VND"
    r"|IDR|MYR|PHP|TWD|HKD|SGD|PKR|BDT|đ|đồng|रु\.?|টাকা|روپے|ر\.س\.?|د\.إ\.?|ج\.م\.?)"
)
_UNIT = (
    # time, length, mass, volume, temperature, speed, energy, electricity, data, pictures, sound
    r"(?:%|‰|٪|°[CF]?|[CF]°|h|hr|hrs|min|mins|sec|s|ms|std|std\.|d|[kcmμ]?m|km|mi|ft|in|yd|ha|m²|km²|[kmμ]?g|t|lb|lbs|oz"
    r"|[mcd]?l|L|mL|kcal|cal|kJ|J|km/h|mph|m/s|kWh|Wh|[kM]?W|mAh|Ah|V|A|[kMG]?Hz|dB|fps|px|pt|dpi|ppi|MP|Mpx|[kKMGT]i?B"
    r"|[kKMGT]?bit|[kKMG]bps|[kKMG]bit/s|MB/s|GB/s|K|k|bpm|lm|lux|ppm"
    r"|ч|мин\.?|сек\.?|с|мс|км|м|см|мм|кг|г|мг|л|мл|ккал|км/ч|ГБ|МБ|КБ|ТБ|Гб|Мб|Мп|год|хв|кВт|Вт"
    r"|ق|س|كم|كغ|كجم|م|سم|جيجابايت|ميجابايت|ชม\.?|นาที|กม\.?|กก\.?|ม\.?|घंटे|मिनट|किमी|किग्रा|שעות|דקות|ק״מ|ק״ג)"
)
_MULTIPLIER = (
    r"(?:million|millions|billion|billions|thousand|hundred|mio\.?|mrd\.?|mia\.?|mld\.?|mln\.?|tsd\.?|mil|mill\.?|millón"
    r"|millones|milhão|milhões|milioni|milione|miliardi|milliards?|millions?|mille|miljoen|miljard|miljoner|miljarder"
    r"|millioner|milliarder|milliárd|millió|ezer|milionů|miliony|milion|miliónov|milióny|tys\.?|tisíc|tis\.?|tuhatta"
    r"|miljoonaa|milj\.?|χιλ\.?|εκατ\.?|εκατομμύρια|тыс\.?|млн\.?|млрд\.?|тис\.?|миллион\w*|миллиард\w*|мільйон\w*|bin|milyon"
    r"|milyar|juta|ribu|miliar|rb|jt|triệu|nghìn|ngàn|tỷ|tỉ|lakh|crore|लाख|करोड़|हज़ार|हजार|মিলিয়ন|লাখ|কোটি|হাজার|લાખ|કરોડ"
    r"|ਲੱਖ|ਕਰੋੜ|లక్షల?|కోట్లు?|ಲಕ್ಷ|ಕೋಟಿ|ലക്ഷം|കോടി|லட்சம்|கோடி|مليون|ملايين|مليار|ألف|آلاف|لاکھ|کروڑ|ہزار|אלף|מיליון|אלפי"
    r"|ล้าน|แสน|หมื่น|พัน|만|억|천|백만|천만)"
)
# East Asian numerals and counters after a number, with or without a space (Korean spaces them).
_CJK_SCALE = r"[十百千万萬億亿兆만억조천백]"
_CJK_COUNTER = (
    r"(?:人民币|人民幣|新台币|平方米|小时|小時|分钟|分鐘|公里|公斤|美元|港币|欧元|円|元|日元|人|名|位|個|个|回|次|件|本|枚|冊|册|台"
    r"|年間|年|か月|ヶ月|カ月|個月|个月|月|週間|週|周|日間|日|天|時間|時|点|點|分間|分|秒間|秒|歳|岁|歲|階|层|層|倍|章|話|集|曲|首|张|張|款|种|種|株|盆|棵"
    r"|页|頁|ページ|パーセント|％|%|割|キロ|メートル|グラム|ギガ|つ|番|号|號|項|项|歩|步|卡|折|杯|円分|ポイント"
    r"|시간|분|초|명|개월|개|원|권|번|회|년|월|일|주|세|위|가지|종|대|곳|그루|장|편|곡|배|잔|걸음|킬로|미터|퍼센트|점)"
)
_TITLES = (
    r"(?:Dr|Mr|Mrs|Ms|Mx|Prof|St|Sr|Jr|Sra|Srta|Dra|Dott|Dott\.ssa|Sig|Ing|Mag|Hr|Fr|Frl|Dipl|Mgr|Bc|Dhr|Mevr|Ir|Drs|M|MM"
    r"|Hon|Rev|Capt|Sgt|Lt|Col|Gen|Pr|Dl|Dna|Op|hr|dr|prof|mgr|inż|ing|doc|ul|al|pl|nám|Св|св|др|д-р|ул|пр|пл|г|гр|д|стр|см"
    r"|им|акад|проф|вул|буд|Kpt|k|κ|Δρ|د|أ|م)"
)
_NUMBER_SIGNS = (
    r"(?:No|Nos|Nr|Núm|Num|N\.?º|N\.?°|Nº|N°|nº|n°|№|č|čís|br|sz|nro|Č|Bd|vol|Vol|art|Art|fig|Fig|Abb|Kap|Ch|ch|p|pp|S|str"
    r"|стр|гл|ст|п|рис|том|Top|TOP|#)"
)

# Nothing inside a match is broken. All of these need a digit.
_WHOLE_NUMBERS = [
    re.compile(pattern, flags)
    for pattern, flags in (
        # 12 000 000, but not 2026 100
        (rf"(?<!\d)\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)", 0),
        # 50 %, 5 GB, 20 °C, 3 h
        (rf"{_NUMBER}{_SPACE}?{_UNIT}(?!\w)", 0),
        # 4,99 €, 120 Kč
        (rf"{_NUMBER}{_SPACE}?(?:{_CURRENCY}|{_CURRENCY_WORD}(?!\w))", 0),
        # $ 5, US$ 5, Rs 1,299
        (rf"(?:{_CURRENCY}|(?<!\w){_CURRENCY_WORD}){_SPACE}?[+\-\u2212]?{_NUMBER}", 0),
        # 5 million, 1,2 Mio. €, 100 тыс.
        (rf"{_NUMBER}{_SPACE}?{_MULTIPLIER}(?!\w)(?:{_SPACE}?(?:{_CURRENCY}|{_CURRENCY_WORD}(?!\w)))?", re.IGNORECASE),
        # 1.2万, 100万人, 第1位, 5만 명, 30분
        (rf"第?{_NUMBER}{_SPACE}?{_CJK_SCALE}*(?:{_SPACE}?{_CJK_COUNTER})?(?:以上|以内|以下|[超余多+])?", 0),
        # 10 – 20, 9:00–18:00, 3〜5, 16:9, 2 × 4, 24/7, 2024-26
        (rf"\d[^\s\d]{{0,3}}{_SPACE}?[\u2012-\u2015\u2212~～〜:：/×x·]{_SPACE}?[^\s\d]{{0,3}}\d", 0),
        (r"\d[.,\-]\d", 0),
        (r"[\u2013～〜~]\d", 0),
        (rf"\d[^\s\d]{{0,3}}{_SPACE}?[～〜~+＋]", 0),
        # 10 ×, × 2
        (rf"\d{_SPACE}?[x×](?!\w)|(?<!\w)[x×]{_SPACE}?\d", 0),
        # +1 555-0100, 0800 123 456, (030) 12 34 56, 555-867-5309
        (r"\+\d[\d\-.()/ \u00a0\u202f]{4,}\d", 0),
        (r"(?<!\w)\(?0\d{1,5}\)?[\-./ \u00a0\u202f]\d[\d\-./ \u00a0\u202f]{3,}\d", 0),
        (rf"(?<!\w)\(\d{{2,5}}\){_SPACE}?\d[\d\-./ \u00a0\u202f]{{3,}}\d", 0),
        (r"(?<![\w.])\d{1,4}(?:-\d{2,4}){2,}", 0),
        # No. 1, Nr. 5, № 7
        (rf"(?<!\w){_NUMBER_SIGNS}\.?{_SPACE}?\d", 0),
    )
]
# z. B., d. h., т. д.
_ABBREVIATION = re.compile(rf"(?<!\w)[^\W\d_]\.{_SPACE}?[^\W\d_]{{1,3}}\.")
# No line ends behind a match: Dr. Müller, M. Dupont, ул. Ленина, J. R. R. Tolkien.
_TITLE = re.compile(rf"(?<!\w){_TITLES}\.{_SPACE}+(?=\w)")
_INITIAL = re.compile(rf"(?<!\w)([^\W\d_])\.{_SPACE}*(?=[^\W\d_])")
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A dash with a space on both sides ends a line and does not begin one.
_LEADING_DASH = re.compile(r"(?<=\S)[ \u00a0\u202f]+(?=[\u2013\u2014\u2012\u2015\u2212-]+(?:\s|$))")
_DOUBLED_MARK = re.compile(r"\u2014\u2014|\u2015\u2015|……|\u2025\u2025|\.\.\.")
_SLASH = re.compile(r"[/\u2044\u2215／](?=\S)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE)
# Languages whose typography forbids a one-letter preposition or conjunction at the end of a line.
_CLINGING = frozenset({"be", "bg", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk"})
_ONE_LETTER_WORD = re.compile(r"(?:^|(?<=[\s\u00a0(„“«'\"]))[^\W\d_][ ]+")
# French sets a space before tall punctuation and inside guillemets; a line must not break there.
_FRENCH_SPACE = re.compile(r"[ \u00a0\u202f](?=[!?:;»%])|(?<=«)[ \u00a0\u202f]")


def forbidden_breaks(text: str, language: str) -> set[int]:
    """Code point offsets at which no line of `text` may end, for a BCP 47 language.

    Direction marks and isolates are looked through: a value between FSI and PDI is next to its unit.
    """
    if not _DIRECTION_MARKS.search(text):
        return _forbidden(text, language)
    kept = [index for index, char in enumerate(text) if not _DIRECTION_MARKS.match(char)]
    plain = "".join(text[index] for index in kept)
    found = _forbidden(plain, language)
    return {p for f in found if 0 < f < len(kept) for p in range(kept[f - 1] + 1, kept[f] + 1)}


def _forbidden(text: str, language: str) -> set[int]:
    primary = language.partition("-")[0]
    forbidden: set[int] = set()
    if any(char.isdecimal() for char in text):
        for pattern in _WHOLE_NUMBERS:
            for match in pattern.finditer(text):
                forbidden.update(range(match.start() + 1, match.end()))
    for pattern in (_ABBREVIATION, _DOUBLED_MARK):
        for match in pattern.finditer(text):
            forbidden.update(range(match.start() + 1, match.end()))
    forbidden.update(m.end() for m in _TITLE.finditer(text))
    forbidden.update(m.end() for m in _INITIAL.finditer(text) if m[1].isupper())
    forbidden.update(m.end() for m in _LEADING_DASH.finditer(text))
    forbidden.update(m.end() for m in _SLASH.finditer(text))
    if primary in _CLINGING:
        forbidden.update(m.end() for m in _ONE_LETTER_WORD.finditer(text))
    if primary == "fr":
        forbidden.update(m.end() for m in _FRENCH_SPACE.finditer(text))
    return forbidden


def address_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every web and mail address."""
    return [match.span() for match in _ADDRESS.finditer(text)]


def last_resort_breaks(text: str, keep_together: Iterable[str] = ()) -> set[int]:
    """Offsets inside web and mail addresses and inside `keep_together`: a line ends there only if nothing else fits."""
    inside: set[int] = set()
    for start, end in address_spans(text):
        inside.update(range(start + 1, end))
    for name in keep_together:
        words = [re.escape(word) for word in name.split()]
        if words:
            pattern = r"\s+".join(words)
            for match in re.finditer(pattern, text):
                inside.update(range(match.start() + 1, match.end()))
    return inside


def numbers(text: str) -> list[tuple[int, int]]:
    """(start, end) of every number with what belongs to it: `50 %`, `1,2 Mio. €`, `9:00–18:00`."""
    if not any(char.isdecimal() for char in text):
        return []
    merged: list[tuple[int, int]] = []
    for start, end in sorted(match.span() for pattern in _WHOLE_NUMBERS for match in pattern.finditer(text)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
