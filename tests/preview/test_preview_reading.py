"""What the preview reads: words in every state, the run's own identities, and what a changed file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import CONCEPT, WORDS, Folder, make_folder

from locstore.errors import UsageError
from locstore.preview.concept_state import ConceptState
from locstore.preview.project_state import ProjectState, read_project_state, reread
from locstore.preview.words import example_number, filled, form_examples
from locstore.shots import Selection
from locstore.values import parse_plural_forms, plural_forms_for


def concept_of(project_state: ProjectState) -> ConceptState:
    return next(iter(project_state.concepts.values()))


def states(project_state: ProjectState, locale: str) -> dict[str, str]:
    return {context: text.state for context, text in concept_of(project_state).texts(locale).items()}


# -- words


def test_states(tmp_path: Path) -> None:
    words = {
        "de": {"hero/headline": ("Say it", "Sag es")},
        "en_GB": {},
        "fr": {"hero/headline": ("Say it", "Dites-le"), "how/headline": ("And how", "Comment")},
        "fr_CA": {"hero/headline": ("Say it", "")},
    }
    folder = make_folder(tmp_path / "p", words=words)
    folder.replace("locales/fr/LC_MESSAGES/tiny.po", 'msgctxt "how', '#, fuzzy\nmsgctxt "how')
    project_state = read_project_state(folder.root, {})
    assert states(project_state, "de") == {"hero/headline": "translated", "how/headline": "missing"}
    assert states(project_state, "en_GB") == {"hero/headline": "inherited", "how/headline": "inherited"}
    assert states(project_state, "fr") == {"hero/headline": "translated", "how/headline": "fuzzy"}
    assert states(project_state, "fr_CA") == {"hero/headline": "inherited", "how/headline": "fuzzy"}
    assert set(states(project_state, "en_US").values()) == {"source"}
    missing = concept_of(project_state).texts("de")["how/headline"]
    assert (missing.markup, missing.language) == ("And how", "en-US")
    assert missing.findings == ()


def test_words_that_a_run_refuses_are_shown_as_they_are(tmp_path: Path) -> None:
    concept = CONCEPT.replace("screens:", "values: {n: {number: 3}}\nscreens:").replace("Say it", "Say {n}")
    folder = make_folder(tmp_path / "p", concept=concept, words={"de": {"hero/headline": ("Say {n}", "Sag {m}")}})
    shot_view = concept_of(read_project_state(folder.root, {})).shot_view("hero/de/tiny")
    assert shot_view is not None
    assert shot_view.shot is not None
    assert shot_view.shot.slots[0].markup == "Sag {m}"
    assert {f.code for f in shot_view.findings} == {"catalog-placeholder-unknown", "catalog-placeholder-lost"}
    assert all(f.line and f.slot == "headline" for f in shot_view.findings)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("{a} of {b}", "1* of {b}"), ("{a", "{a"), ("}{a}", "}1*"), ("{{a}}", "{a}"), ("{{{a}", "{1*")],
)
def test_what_can_be_filled_is_filled(text: str, shown: str) -> None:
    assert filled(text, {"a": "1*"}, "ltr").replace("\\", "") == shown


@pytest.mark.parametrize(
    ("locale", "labels"),
    [
        ("de", ["1", "0, 2, 3, 4 …"]),
        ("ja", ["0, 1, 2, 3 …"]),
        ("pl", ["1", "2, 3, 4, 22 …", "0, 5, 6, 7 …"]),
        ("ar", ["0", "1", "2", "3, 4, 5, 6 …", "11, 12, 13, 14 …", "100, 101, 102, 200 …"]),
    ],
)
def test_examples_of_plural_forms(locale: str, labels: list[str]) -> None:
    rule = parse_plural_forms(plural_forms_for(locale))
    assert form_examples(rule) == labels
    for form in range(rule.nplurals):
        number = example_number(rule, form)
        assert number is not None
        assert rule.index(number) == form


# -- pictures


def test_a_picture_has_the_identity_that_a_run_gives_it(folder: Folder) -> None:
    """Or an approval here would mean nothing there."""
    folder.run()
    concept = concept_of(read_project_state(folder.root, {}))
    records = folder.plan().shots
    assert len(records) == 6
    for planned in records:
        shot_view = concept.shot_view(planned.shot.key)
        assert shot_view is not None
        assert planned.record is not None
        assert shot_view.identity == planned.record.identity


def test_names_of_a_translation_give_the_identity_of_a_run(tmp_path: Path) -> None:
    concept = CONCEPT.replace("screens:", "keep_together: [Pot Garden]\nscreens:")
    words = {"de": {"hero/headline": ("Say it", "Sag es mit Pot Garden"), "how/headline": ("And how", "Und wie")}}
    folder = make_folder(tmp_path / "p", concept=concept, words=words)
    shot_view = concept_of(read_project_state(folder.root, {})).shot_view("hero/de/tiny")
    assert shot_view is not None
    assert shot_view.shot is not None
    assert shot_view.shot.slots[0].keep_together == ("Pot Garden",)
    planned = {item.shot.key: item.digests["picture"] for item in folder.plan().shots}
    assert shot_view.digest == planned["hero/de/tiny"]


def test_pseudo_locales_are_there_and_no_locales_of_the_project(folder: Folder) -> None:
    concept = concept_of(read_project_state(folder.root, {}))
    assert set(concept.stress) == {"en_XA", "ar_XB", "en_XL"}
    assert set(concept.locales) == {"en_US", "de", "ja"}
    shot_view = concept.shot_view("hero/ar_XB/tiny")
    assert shot_view is not None
    assert shot_view.shot is not None
    assert shot_view.shot.locale.direction == "rtl"
    assert shot_view.shot.slots[0].markup != "Say it"
    assert concept.texts("en_XA") == {}


# -- changes


def test_a_saved_catalog_changes_its_own_locale_and_those_that_fall_back_on_it(tmp_path: Path) -> None:
    words = {code: dict(WORDS["de"]) for code in ("de", "fr", "fr_CA")}
    words["fr_CA"] = {}
    folder = make_folder(tmp_path / "p", words=words)
    project_state = read_project_state(folder.root, {})
    before = {s.place.key: s for s in concept_of(project_state).shot_views(Selection())}
    path = folder.root / "locales/fr/LC_MESSAGES/tiny.po"
    folder.replace("locales/fr/LC_MESSAGES/tiny.po", "Sag es", "Dis-le")
    after = {s.place.key: s for s in concept_of(reread(project_state, {path}, {})).shot_views(Selection())}
    changed = {key for key in after if after[key].digest != before[key].digest}
    assert changed == {"hero/fr/tiny", "hero/fr_CA/tiny"}
    kept = {key for key in after if after[key] is before[key]}
    assert kept == {key for key in after if "/fr" not in key}  # the others are not even looked at again


def test_a_broken_catalog_keeps_its_last_good_words(folder: Folder) -> None:
    project_state = read_project_state(folder.root, {})
    text = folder.po.read_text(encoding="utf-8")
    folder.po.write_text(text.replace('msgid "Say it"', "msgid Say it"), encoding="utf-8")
    broken = reread(project_state, {folder.po}, {})
    assert broken.broken == {"locales/de/LC_MESSAGES/tiny.po"}
    assert any(f.file == "locales/de/LC_MESSAGES/tiny.po" and f.line for f in broken.all_findings())
    assert states(broken, "de")["hero/headline"] == "translated"
    # Also after everything else was read again, as when a font is added.
    again = read_project_state(folder.root, {}, broken)
    assert again.broken == broken.broken
    assert states(again, "de")["hero/headline"] == "translated"
    folder.po.write_text(text, encoding="utf-8")
    mended = reread(again, {folder.po}, {})
    assert mended.broken == frozenset()
    assert mended.all_findings() == []


def test_a_broken_concept_keeps_its_last_good_state(folder: Folder) -> None:
    project_state = read_project_state(folder.root, {})
    text = (folder.root / "concepts/tiny.yaml").read_text(encoding="utf-8")
    folder.write("concepts/tiny.yaml", text + "screens: [\n")
    broken = reread(project_state, {folder.root / "concepts/tiny.yaml"}, {})
    assert broken.broken == {"concepts/tiny.yaml"}
    assert concept_of(broken).shot_view("hero/de/tiny") is not None
    assert any(f.file == "concepts/tiny.yaml" and f.line for f in broken.all_findings())


def test_a_broken_project_file_keeps_the_project(folder: Folder) -> None:
    project_state = read_project_state(folder.root, {})
    folder.write("locstore.toml", "concepts = [\n")
    broken = reread(project_state, {folder.root / "locstore.toml"}, {})
    assert "locstore.toml:" in broken.findings[0].message
    assert concept_of(broken).shot_view("hero/de/tiny") is not None
    # And one that was broken from the start has a page that says so.
    first = read_project_state(folder.root, {})
    assert first.concepts == {}
    assert first.findings


def test_no_project_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"locstore\.toml"):
        read_project_state(tmp_path, {})


def test_a_new_catalog_is_a_new_locale(folder: Folder) -> None:
    project_state = read_project_state(folder.root, {})
    path = folder.write("locales/fr/LC_MESSAGES/tiny.po", folder.po.read_bytes())
    after = reread(project_state, {path}, {})
    assert set(concept_of(after).locales) == {"en_US", "de", "fr", "ja"}
    path.unlink()
    assert set(concept_of(reread(after, {path}, {})).locales) == {"en_US", "de", "ja"}


def test_a_changed_capture_changes_its_pictures(folder: Folder) -> None:
    from projects import capture, with_capture

    folder.write("concepts/tiny.yaml", with_capture(CONCEPT, "hero", "c.png"))
    path = folder.write("concepts/c.png", capture())
    project_state = read_project_state(folder.root, {})
    before = concept_of(project_state).shot_view("hero/de/tiny")
    path.write_bytes(capture(shade=100))
    after = concept_of(reread(project_state, {path}, {})).shot_view("hero/de/tiny")
    assert before is not None
    assert after is not None
    assert before.digest != after.digest
