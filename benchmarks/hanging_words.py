"""Line breaks by sense: the share of headlines in two or three lines that leave a function word hanging.

    python benchmarks/hanging_words.py

Counts the sample's headlines on all its displays, and headlines of other apps (`HELD_OUT`) that the word lists were not
written from, in the width of a 6.9-inch phone. Also the milliseconds that the typesetter takes for each layout.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from sample import copy_sample

from locstore.project import FileDigests, open_project
from locstore.run import Renderer
from locstore.shots import Selection
from locstore.typeset import Box, FontLibrary, StyledText, TextLayout, TextStyle, project_font_files, typeset
from locstore.typeset.word_lists import function_words, plain_word

HELD_OUT = """
en|Track your spending in one place
en|The fastest way to send money abroad
en|Find a doctor who speaks your language
en|Fall asleep to the sound of rain
de|Alle Konten auf einen Blick
de|Lerne eine neue Sprache in fünf Minuten am Tag
de|Finde den besten Weg nach Hause
fr|Suivez vos dépenses au quotidien
fr|La météo de votre quartier, heure par heure
fr|Apprenez une langue en cinq minutes par jour
es|Controla todos tus gastos en un solo lugar
es|Aprende un idioma en cinco minutos al día
it|Tutte le tue spese in un solo posto
it|Il modo più semplice di viaggiare in treno
pt-BR|Todos os seus gastos em um só lugar
nl|Al je uitgaven op één plek
nl|De snelste weg naar het werk
sv|Alla dina utgifter på ett ställe
da|Lær et nyt sprog på fem minutter om dagen
nb|Finn den raskeste veien til jobben
fi|Kaikki menosi yhdessä näkymässä
pl|Wszystkie wydatki w jednym miejscu
pl|Ucz się języka przez pięć minut dziennie
cs|Všechny výdaje na jednom místě
ru|Все расходы в одном приложении
ru|Учите язык по пять минут в день
uk|Усі витрати в одному застосунку
hu|Minden kiadásod egy helyen
tr|Tüm harcamaların tek bir yerde
el|Όλα τα έξοδά σου σε ένα μέρος
he|כל ההוצאות שלך במקום אחד
ar|كل مصاريفك في مكان واحد
ur|اپنے تمام اخراجات ایک ہی جگہ دیکھیں
hi|अपने सभी खर्चे एक ही जगह पर देखें
vi|Theo dõi chi tiêu của bạn ở cùng một nơi
id|Semua pengeluaran Anda di satu tempat
fil|Lahat ng gastos mo sa iisang lugar
ro|Toate cheltuielile tale într-un singur loc
sk|Všetky výdavky na jednom mieste
hr|Svi tvoji troškovi na jednom mjestu
"""
RIGHT_TO_LEFT = ("ar", "he", "ur")


def hangs(layout: TextLayout) -> bool:
    """Whether a line ends with a word that belongs to the next line, or begins with one of the line before."""
    words = function_words(layout.words.language)
    for line, following in zip(layout.lines, layout.lines[1:], strict=False):
        if words.leads_on(plain_word(line.text.split()[-1])):
            return True
        if line.text.strip()[-1].isalpha() and words.follows_on(plain_word(following.text.split()[0])):
            return True
    return False


def report(name: str, layouts: list[TextLayout]) -> None:
    broken = [layout for layout in layouts if len(layout.lines) > 1]
    hanging = sum(map(hangs, broken))
    print(f"{name:<10} {hanging:4} of {len(broken):4} hang ({hanging / len(broken):.0%})")


def sample_headlines() -> tuple[list[TextLayout], float]:
    """The sample's headlines, and seconds for composing one shot."""
    with tempfile.TemporaryDirectory() as folder:
        project = open_project(copy_sample(Path(folder)))
        with project.ledger() as ledger:
            digests = FileDigests(ledger)
            shots = project.snapshot(Selection(), digests).shots
            renderer = Renderer(project.settings(digests))
        renderer.compose(shots[0])
        start = time.process_time()
        compositions = [renderer.compose(shot) for shot in shots]
        spent = (time.process_time() - start) / len(shots)
    return [s.text_layout for c in compositions for s in c.slots if s.id == "headline"], spent


def held_out_headlines() -> list[TextLayout]:
    library = FontLibrary(project_font_files(None))
    style = TextStyle(min_size=62, max_size=128)
    layouts = []
    for row in HELD_OUT.split("\n"):
        language, _, text = row.partition("|")
        if text:
            direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
            words = StyledText(text=text, language=language, direction=direction)
            layouts.append(typeset(words, style, Box(0, 0, 1135, 645), library))
    return layouts


def main() -> None:
    headlines, seconds = sample_headlines()
    report("sample", headlines)
    report("held out", held_out_headlines())
    print(f"composing  {seconds * 1000:.1f} ms a shot")


if __name__ == "__main__":
    main()
