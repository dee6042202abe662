"""What an image model gets wrong, made on purpose: one letter, one mark, a doubled letter, a dropped word, a digit.

Every corruption is seeded and works on the words with their `*highlight*` marks. Unjoined and mirrored words keep their
code points in part or in whole, so those are wrong in the picture only: `Corruption.pixels` says what to do to it.
"""

from __future__ import annotations

import dataclasses
import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from locstore.typeset import graphemes
from locstore.typeset.unicode_data import script

ZWNJ = "\u200c"

# Letters of one script that a glance mixes up. Pairs that a sans-serif draws alike (l and I) are left out: no eye can
# tell them apart, and no reader should be asked to.
LOOK_ALIKES = (
    # Latin
    "oe oa ec nm nu uv vy ij it lt hb hn gq pq bd un rn ft sz kx wv",
    # Cyrillic, Greek
    "ий шщ еэ нп ил лд ьъ оё ск бв зэ цч мт хж ао уч",
    "νυ οσ αο ιτ ηπ ρφ κχ ελ δθ γν ωψ",
    # Hebrew, Arabic
    "דר הח וז בכ םס ןו גנ עצ תח טמ",
    "بت تث بن جح حخ دذ رز سش صض طظ عغ فق نت یب كل",
    # Devanagari, Bengali, Gurmukhi, Gujarati, Odia
    "घध भम बव पष थय डङ खव टठ नत जच",
    "বর ঘষ মস তভ কফ ণন চজ",
    "ਸਮ ਬਥ ਪਧ ਘਖ ਟਫ ਰਹ ਤਨ",
    "પષ ઘધ બમ ખવ ટડ નત સય",
    "ବର ଘଷ ମଯ ଟଢ ନପ ତସ",
    # Tamil, Telugu, Kannada, Malayalam
    "னண லவ மழ ரந பய தக",
    "మవ పవ బభ గర నస చబ తక",
    "ಮವ ಪವ ಬಭ ಗರ ನಸ ಚಬ ತಕ",
    "നത മഥ പവ ഗശ രത കദ",
    # Thai
    "ดต คต บป ผฝ พฟ ถภ ชซ ขช นม ลส กถ ยผ",
    # Japanese, Chinese
    "ソン シツ クタ ウワ はほ れわ ねれ るろ きさ めぬ あお ちら いり",
    "未末 土士 日目 人入 大太 千干 己已 天夭 问间 間問 見貝 见贝 水永 木本 白自 王玉 手毛 候侯 折拆 失矢 拔拨 今令",
)
_SIGNS = frozenset("\u0e33\u0eb3")  # Thai and Lao am: letters to Unicode, marks to the eye
_FINAL_FORMS = frozenset("ךםןףץ")
_MARKABLE = {"LATIN": ("\u0301", "\u0308", "\u0300"), "CYRILLIC": ("\u0308", "\u0306"), "GREEK": ("\u0301", "\u0308")}
_VOWELS = frozenset("aeiouAEIOUаеиоуАЕИОУαειουΑΕΙΟΥ")
_JOINING = frozenset({"Arab"})


@dataclasses.dataclass(frozen=True, slots=True)
class Corruption:
    """Wrong words and how they were made wrong; `pixels` is "" or `mirror`, which turns the painted words over."""

    kind: str
    markup: str
    pixels: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters and marks that a locale's own words use."""

    letters: tuple[str, ...]
    marks: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Alphabet:
        chars = {char for text in texts for char in unicodedata.normalize("NFC", text)}
        parts = {char for text in texts for char in unicodedata.normalize("NFD", text)}
        letters = tuple(sorted(c for c in chars if unicodedata.category(c).startswith("L") and c not in _SIGNS))
        return cls(letters, tuple(sorted(c for c in parts if unicodedata.category(c).startswith("M"))))


def kinds_for(markup: str) -> list[str]:
    """The corruptions that fit these words."""
    kinds = ["letter", "look-alike", "mark", "doubled", "dropped"]
    if any(char.isdigit() for char in markup):
        kinds.append("digit")
    scripts = {script(char) for char in markup}
    if scripts & _JOINING:
        kinds += ["unjoined", "mirrored", "reversed"]
    elif "Hebr" in scripts:
        kinds += ["mirrored", "reversed"]
    return kinds


def corrupt(markup: str, kind: str, alphabet: Alphabet, rng: random.Random) -> Corruption | None:
    """The words corrupted in this way, or None where it cannot be done to them."""
    if kind == "mirrored":
        return Corruption(kind, markup, "mirror")
    makers: dict[str, Callable[[str, Alphabet, random.Random], str | None]] = {
        "letter": _other_letter,
        "look-alike": _look_alike,
        "mark": _mark,
        "doubled": _doubled,
        "dropped": _dropped,
        "digit": _digit,
        "unjoined": _unjoined,
        "reversed": _reversed,
    }
    made = makers[kind](unicodedata.normalize("NFC", markup), alphabet, rng)
    return None if made is None or made == markup else Corruption(kind, made)


def _clusters(text: str) -> list[str]:
    return [text[start:end] for start, end in graphemes(text)]


def _is_letter(cluster: str) -> bool:
    return unicodedata.category(cluster[0]).startswith("L")


def _other_letter(text: str, alphabet: Alphabet, rng: random.Random) -> str | None:
    """A letter becomes another one of the same script and case; a Hangul syllable gets another vowel or final."""
    clusters = _clusters(text)
    places = [i for i, c in enumerate(clusters) if _is_letter(c)]
    if not places:
        return None
    place = rng.choice(places)
    old = clusters[place][0]
    if script(old) == "Hang":
        new = _other_syllable(old, rng)
    else:
        same = [
            c
            for c in alphabet.letters
            if c != old
            and script(c) == script(old)
            and unicodedata.category(c) == unicodedata.category(old)
            and (c in _FINAL_FORMS) == (old in _FINAL_FORMS)
        ]
        if not same:
            return None
        new = rng.choice(same)
    clusters[place] = new + clusters[place][1:]
    return "".join(clusters)


def _other_syllable(syllable: str, rng: random.Random) -> str:
    index = ord(syllable) - 0xAC00
    if not 0 <= index < 11172:
        return syllable
    lead, vowel, final = index // 588, index // 28 % 21, index % 28
    if rng.random() < 0.5:
        vowel = (vowel + rng.choice((1, 4))) % 21
    else:
        final = 0 if final else 4
    return chr(0xAC00 + lead * 588 + vowel * 28 + final)


def _look_alike(text: str, alphabet: Alphabet, rng: random.Random) -> str | None:
    twins: dict[str, list[str]] = {}
    for pair in (pair for row in LOOK_ALIKES for pair in row.split()):
        a, b = pair[0], pair[1]
        if script(a) == script(b):
            twins.setdefault(a, []).append(b)
            twins.setdefault(b, []).append(a)
    clusters = _clusters(text)
    places = [i for i, c in enumerate(clusters) if c[0] in twins]
    if not places:
        return _other_letter(text, alphabet, rng)
    place = rng.choice(places)
    clusters[place] = rng.choice(twins[clusters[place][0]]) + clusters[place][1:]
    return "".join(clusters)


def _mark(text: str, alphabet: Alphabet, rng: random.Random) -> str | None:
    """A mark goes or becomes another; where the words have none, one is put on a vowel."""
    clusters = [unicodedata.normalize("NFD", c) if script(c[0]) != "Hang" else c for c in _clusters(text)]
    marked = [i for i, c in enumerate(clusters) if any(unicodedata.category(m).startswith("M") for m in c)]
    if marked:
        place = rng.choice(marked)
        chars = list(clusters[place])
        at = rng.choice([i for i, m in enumerate(chars) if unicodedata.category(m).startswith("M")])
        others = [
            m
            for m in alphabet.marks
            if m != chars[at]
            and script(m) == script(chars[at])
            and unicodedata.category(m) == unicodedata.category(chars[at])
            and unicodedata.combining(m) == unicodedata.combining(chars[at])
        ]
        chars[at : at + 1] = [rng.choice(others)] if others and rng.random() < 0.5 else []
        clusters[place] = "".join(chars)
    else:
        places = [i for i, c in enumerate(clusters) if c in _VOWELS]
        if not places:
            return None
        place = rng.choice(places)
        clusters[place] += rng.choice(_MARKABLE[unicodedata.name(clusters[place]).split()[0]])
    return unicodedata.normalize("NFC", "".join(clusters))


def _doubled(text: str, _: Alphabet, rng: random.Random) -> str | None:
    clusters = _clusters(text)
    places = [i for i, c in enumerate(clusters) if _is_letter(c)]
    if not places:
        return None
    place = rng.choice(places)
    clusters.insert(place, clusters[place])
    return "".join(clusters)


def _dropped(text: str, _: Alphabet, rng: random.Random) -> str | None:
    """A word is missing; in scripts without spaces two characters are."""
    words = re.split(r"(?<=\s)", text)
    if len(words) > 1:
        del words[rng.randrange(len(words))]
        left = "".join(words).strip()
    else:
        clusters = _clusters(text)
        places = [i for i in range(len(clusters) - 1) if _is_letter(clusters[i]) and _is_letter(clusters[i + 1])]
        if len(clusters) < 5 or not places:
            return None
        place = rng.choice(places)
        left = "".join(clusters[:place] + clusters[place + 2 :])
    if left.count("*") % 2:
        left = left.replace("*", "")
    return left if any(_is_letter(c) for c in left) else None


def _digit(text: str, _: Alphabet, rng: random.Random) -> str | None:
    chars = list(text)
    places = [i for i, c in enumerate(chars) if c.isdecimal()]
    if not places:
        return None
    place = rng.choice(places)
    value = unicodedata.digit(chars[place])
    zero = ord(chars[place]) - value
    # A leading zero would be a mistake of another kind.
    chars[place] = chr(zero + rng.choice([d for d in range(1, 10) if d != value]))
    return "".join(chars)


def _unjoined(text: str, _: Alphabet, rng: random.Random) -> str | None:
    """Every letter of one long word stands alone, as where a painter knows no joining."""
    words = re.split(r"(\s+)", text)
    long = [i for i, w in enumerate(words) if sum(script(c) == "Arab" and c.isalpha() for c in w) >= 4]
    if not long:
        return None
    place = rng.choice(long)
    words[place] = ZWNJ.join(_clusters(words[place]))
    return "".join(words)


def _reversed(text: str, _: Alphabet, __: random.Random) -> str | None:
    """The letters in the order of a left-to-right script."""
    return "".join(reversed(_clusters(text.replace("*", ""))))
