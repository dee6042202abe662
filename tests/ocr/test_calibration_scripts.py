"""One true and two misspelt pictures in each of ten scripts, read back by the real engines."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import pytest

from locstore.layout import Composition, compose
from locstore.ocr import TextChecker, TextSettings
from locstore.ocr.models import find_model, model_folders, model_names
from locstore.paint import LocalPainter
from locstore.readings import Verdict
from locstore.shots import Shot
from locstore.typeset import FontLibrary

SIZE = (660, 1434)

# Locale, the words, the same with another letter, and with a letter or mark too few.
WORDS = [
    ("de", "Nie wieder Gießen vergessen", "Nie wieder Gießen vergossen", "Nie wieder Gießen vergesen"),
    ("ru", "Узнайте любое растение", "Узнайте любое растенае", "Узнайте любое растние"),
    ("el", "Αναγνώρισε κάθε φυτό", "Αναγνώρισε κάθε φυτά", "Αναγνώρσε κάθε φυτό"),
    ("ar", "عناية أسبوع كامل", "عناية أسبوع كاملة", "عناية أسوع كامل"),
    ("he", "לא לשכוח להשקות שוב", "לא לשכור להשקות שוב", "לא לשכוח להשות שוב"),
    ("hi", "पूरे हफ़्ते की देखभाल", "पूरे हफ़्ते की देखभान", "पूरे हफ़्ते की दखभाल"),
    ("th", "รู้จักพืชทุกชนิด", "รู้จักพืชทุกชนัด", "รู้จักพืชทุชนิด"),
    ("ja", "水やりをもう忘れない", "水やりをもう忘れたい", "水やりもう忘れない"),
    ("ko", "모든 기기에서 하나의 정원", "모든 기기에서 하나의 정완", "모든 기에서 하나의 정원"),
    ("zh_CN", "一拍即可认识任何植物", "一拍即可认识任何值物", "一拍即可认任何植物"),
]

Paint = Callable[[str], tuple[npt.NDArray[np.uint8], Composition]]


@pytest.fixture(scope="module")
def checker(library: FontLibrary) -> TextChecker:
    if find_spec("tesserocr") is None:
        pytest.skip("tesserocr is not installed: pip install 'locstore[ocr]'")
    return TextChecker(TextSettings(), library)


@pytest.fixture(scope="module")
def compose_words(make_shot: Callable[..., Shot], library: FontLibrary) -> Callable[[str, str], Composition]:
    def composed(locale: str, words: str) -> Composition:
        return compose(make_shot(("headline", words), locale=locale, display=SIZE), library, lambda _: (1, 1))

    return composed


def need_model(composition: Composition) -> None:
    language = composition.shot.slots[0].language
    names = model_names(language)
    if not any(find_model(name, model_folders()) for name in names):
        pytest.skip(f"no model for {language} is installed: {' or '.join(names)}")


@pytest.mark.parametrize(("locale", "asked", "other", "short"), WORDS, ids=[row[0] for row in WORDS])
def test_true_words_pass_and_misspelt_ones_never_do(
    checker: TextChecker,
    compose_words: Callable[[str, str], Composition],
    library: FontLibrary,
    locale: str,
    asked: str,
    other: str,
    short: str,
) -> None:
    composition = compose_words(locale, asked)
    need_model(composition)
    painter = LocalPainter(library)
    (true,) = checker.check(painter.paint(composition), composition).readings
    assert true.verdict in {Verdict.EXACT, Verdict.LIKELY}, true
    for wrong in (other, short):
        report = checker.check(painter.paint(compose_words(locale, wrong)), composition)
        (reading,) = report.readings
        assert reading.verdict is not Verdict.EXACT, reading
        assert any(f.slot == "headline-0" and f.line == 10 for f in report.findings)


def test_a_model_that_is_not_there_is_not_a_pass(
    compose_words: Callable[[str, str], Composition], library: FontLibrary
) -> None:
    composition = compose_words("am", "ሰላም ለዓለም")
    if any(find_model(name, model_folders()) for name in model_names(composition.shot.slots[0].language)):
        pytest.skip("this machine has a model for Amharic")
    report = TextChecker(TextSettings(), library).check(LocalPainter(library).paint(composition), composition)
    assert [r.verdict for r in report.readings] == [Verdict.NOT_CHECKED]
    assert [f.code for f in report.findings if f.slot] == ["verify-text-not-checked"]
