"""How well a face suits a script and a language: by the name of its family and by the letters that it has.

A family named for a script or a language serves that one first. Another family serves a language only if it has all
of the letters that the language needs, so that a brand font without `ğ` does not set half of a Turkish screen.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from locstore.typeset.fonts import Face
from locstore.typeset.unicode_data import script

CJK = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})


class Fitness(IntEnum):
    """How well a face suits the letters of a script in a language; smaller is better."""

    LANGUAGE = 0  # it has every letter of the language
    SCRIPT = 1  # it has the script's letters, but not all of the language's, or is made for another language
    NONE = 2  # it lacks the script


# Families that serve one script say so in their name.
SCRIPT_NAMES = {
    "Arab": "arabic urdu nastaliq naskh kufi persian",
    "Armn": "armenian",
    "Beng": "bengali bangla",
    "Bopo": "cjk tc hk",
    "Deva": "devanagari",
    "Ethi": "ethiopic",
    "Geor": "georgian",
    "Gujr": "gujarati",
    "Guru": "gurmukhi",
    "Hang": "cjk kr korean",
    "Hani": "cjk jp sc tc kr hk chinese japanese",
    "Hebr": "hebrew",
    "Hira": "cjk jp japanese",
    "Kana": "cjk jp japanese",
    "Khmr": "khmer",
    "Knda": "kannada",
    "Laoo": "lao",
    "Mlym": "malayalam",
    "Mymr": "myanmar burmese",
    "Orya": "oriya odia",
    "Sinh": "sinhala",
    "Taml": "tamil",
    "Telu": "telugu",
    "Thai": "thai",
}
_WESTERN = frozenset({"Latn", "Grek", "Cyrl"})
_ALL_SCRIPT_NAMES = frozenset(" ".join(SCRIPT_NAMES.values()).split())
_SPECIAL_NAMES = frozenset({"symbols", "symbols2", "emoji", "math", "music", "mono"})

# Words of a family's name that say for which languages it is made; all other languages of the script are not.
_LANGUAGE_NAMES = {
    "nastaliq": {"ur", "ks", "pnb", "skr"},
    "urdu": {"ur", "ks", "pnb", "skr"},
    "persian": {"fa"},
    "farsi": {"fa"},
    "jp": {"ja"},
    "japanese": {"ja"},
    "sc": {"zh-hans"},
    "gb": {"zh-hans"},
    "tc": {"zh-hant", "zh-hk"},
    "tw": {"zh-hant"},
    "hk": {"zh-hk"},
    "kr": {"ko"},
    "korean": {"ko"},
}

# Letters that every face for the script has.
_SCRIPT_LETTERS = {
    "Latn": "aeinorst",
    "Cyrl": "абвгдежзийклмноп",
    "Grek": "αβγδεζηθικλμνοπρστω",
    "Arab": "ابتجدرسعكلمهوي",
    "Hebr": "אבגדהוזחטיכלמנסעפצקרשת",
    "Deva": "अकगचजटडतदनपबमयरलवसहािी",
    "Beng": "অকগচজটডতদনপবমযরলশসহািী",
    "Guru": "ਅਕਗਚਜਟਡਤਦਨਪਬਮਯਰਲਵਸਹਾਿੀ",
    "Gujr": "અકગચજટડતદનપબમયરલવસહાિી",
    "Orya": "ଅକଗଚଜଟଡତଦନପବମରଲସହାିୀ",
    "Taml": "அகஙசஞடணதநபமயரலவழளறனாிீ",
    "Telu": "అకగచజటడతదనపబమయరలవసహాిీ",
    "Knda": "ಅಕಗಚಜಟಡತದನಪಬಮಯರಲವಸಹಾಿೀ",
    "Mlym": "അകഗചജടഡതദനപബമയരലവസഹാിീ",
    "Sinh": "අකගචජටඩතදනපබමයරලවසහාිී",
    "Thai": "กขคงจชดตทนบปพมยรลวสหอาิี",
    "Laoo": "ກຂຄງຈຊດຕທນບປພມຢຣລວສຫອ",
    "Khmr": "កខគងចជដតទនបពមយរលវសហអ",
    "Mymr": "ကခဂငစဇတထဒနပဖဗမယရလဝသဟအ",
    "Geor": "აბგდევზთიკლმნოპრსტუ",
    "Armn": "աբգդեզէըթիլկհմնոպռստ",
    "Ethi": "ሀለመሰረበተነአከወየደገ",
    "Hira": "あいうえおかきくけこさしすせそ",
    "Kana": "アイウエオカキクケコサシスセソ",
    "Hang": "가나다라마바사아자차카타파하",
    "Hani": "一二三人大小中日月水火山上下",
    "Bopo": "ㄅㄆㄇㄈ",
}

# Letters that a language needs beyond those, each in daily use. A face has them as small letters or as capitals.
_LANGUAGE_LETTERS = {
    "af": "êëïôû", "az": "çəğıöşü", "ca": "àçèéíïòóúü·", "cs": "áčďéěíňóřšťúůýž", "cy": "âêîôûŵŷ", "da": "æøå",
    "de": "äöüß", "es": "áéíñóúü¿¡", "et": "äõöüšž", "eu": "ñ", "fi": "äöå", "fil": "ñ", "fr": "àâæçèéêëîïôœùûü",
    "ga": "áéíóú", "gl": "áéíñóú", "hr": "čćđšž", "bs": "čćđšž", "hu": "áéíóöőúüű", "is": "áæðéíóöþúý",
    "it": "àèéìòù", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "mt": "ċġħż", "nb": "æøå", "nn": "æøå", "no": "æøå",
    "nl": "éëïóö", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõú", "ro": "ăâîșț", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž",
    "sq": "çë", "sv": "äöå", "tr": "çğıöşüİ",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "be": "іўёэы", "bg": "щъьюя", "kk": "әғқңөұүһі", "ky": "ңөү", "mk": "ѓќѕјљњџ", "mn": "өү", "ru": "ёщъыэюя",
    "sr": "ђјљњћџ", "uk": "ґєії", "el": "άέήίόύώϊϋ",
    "fa": "پچژگکی", "ur": "ٹڈڑںھہےپچژگکی", "ps": "ټډړښګ", "ar": "أإآةىؤئ",
    "mr": "ळऱ", "ne": "ऋञण", "hi": "ड़ढ़ऋ",
    # What the other languages of the same characters do not have: kana; characters of one reform only.
    "ja": "のをんがアをヴー円図気売読検",
    "ko": "을를했습니다뷰앱",
    "zh-hans": "这说们时间头发门开关买卖软",
    "zh-hant": "這說們時間頭發門開關買賣軟您嗎",
    "zh-hk": "這說們時間頭發門開關買賣軟您嗎",
}  # fmt: skip


@lru_cache(maxsize=256)
def language_key(language: str) -> str:
    """The row of the tables for a BCP 47 tag: `zh-hant` for zh-TW, `zh-hk`, else the primary language."""
    parts = language.lower().replace("_", "-").split("-")
    if parts[0] in ("zh", "yue"):
        if {"hk", "mo"} & set(parts) or parts[0] == "yue":
            return "zh-hk"
        return "zh-hant" if {"hant", "tw"} & set(parts) else "zh-hans"
    return parts[0]


@lru_cache(maxsize=4096)
def _language_letters(key: str) -> frozenset[int]:
    return frozenset(map(ord, _LANGUAGE_LETTERS.get(key, "")))


@lru_cache(maxsize=256)
def _script_letters(kind: str) -> frozenset[int]:
    return frozenset(map(ord, _SCRIPT_LETTERS.get(kind, "")))


@lru_cache(maxsize=4096)
def family_words(family: str) -> frozenset[str]:
    return frozenset(family.casefold().split())


def missing_letters(face: Face, kind: str, language: str) -> str:
    """The letters of the language that the face lacks, in the table's order; '' where the language is unknown."""
    key = language_key(language)
    if not _writes(key, kind):
        return ""
    return "".join(c for c in dict.fromkeys(_LANGUAGE_LETTERS.get(key, "")) if not face.has({ord(c)}))


def fitness(face: Face, kind: str, language: str) -> Fitness:
    """How well a face suits letters of the script `kind` (ISO 15924) in text in a language (BCP 47)."""
    if not _has_case(face, _script_letters(kind)):
        return Fitness.NONE
    key = language_key(language)
    words = family_words(face.family)
    made_for = {language for word in words & _LANGUAGE_NAMES.keys() for language in _LANGUAGE_NAMES[word]}
    # A pan-CJK face has the forms of every language (feature `locl`), whichever its name says.
    if made_for and kind not in _WESTERN and key not in made_for and "cjk" not in words:
        return Fitness.SCRIPT
    if _writes(key, kind) and not _has_case(face, _language_letters(key)):
        return Fitness.SCRIPT
    return Fitness.LANGUAGE


def _has_case(face: Face, letters: frozenset[int]) -> bool:
    """Whether the face has the letters, or at least their capitals: a display face may have no others."""
    return face.has(letters) or face.has(_capitals(letters))


@lru_cache(maxsize=512)
def _capitals(letters: frozenset[int]) -> frozenset[int]:
    return frozenset(ord(capital) for code in letters if len(capital := chr(code).upper()) == 1)


def _writes(key: str, kind: str) -> bool:
    """Whether the letters of the language's row are of this script: Arabic text has Latin names in it."""
    return key in _LANGUAGE_LETTERS and kind in _row_scripts(key)


@lru_cache(maxsize=256)
def _row_scripts(key: str) -> frozenset[str]:
    found = frozenset(map(script, _LANGUAGE_LETTERS[key])) - {"Zyyy", "Zinh"}
    return found | CJK if found & CJK else found


def name_class(face: Face, kind: str) -> int:
    """0 for a family named for the script, 1 for a general one, 2 for another script's, 3 for symbols and pictures."""
    words = family_words(face.family)
    if words & frozenset(SCRIPT_NAMES.get(kind, "").split()):
        return 0
    if words & _SPECIAL_NAMES or face.color:
        return 3
    return 2 if words & _ALL_SCRIPT_NAMES else 1
