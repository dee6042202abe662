"""A shot without its words: the same for every catalog, and with words the shot that a run makes."""

from __future__ import annotations

import dataclasses

import pytest
from shot_projects import CONCEPT, FULL, Garden, codes, digest

from locstore.shots import Policy, concept_cells, expand_designs, pseudo_cells
from locstore.shots.shot import FilledWords, Shot

LENIENT = Policy(fallback_to_source=True)


def words_of(shot: Shot) -> dict[str, FilledWords]:
    names = [field.name for field in dataclasses.fields(FilledWords)]
    return {slot.id: FilledWords(**{name: getattr(slot, name) for name in names}) for slot in shot.slots}


def test_design_and_words_make_the_shot_of_a_run(garden: Garden) -> None:
    garden.catalog("fr", FULL)
    loaded = garden.loaded()
    survey = concept_cells(loaded, garden.catalogs())
    designs, findings = expand_designs(loaded, survey.cells, root=garden.root, digest=digest)
    shots = {shot.key: shot for shot in garden.matrix(policy=LENIENT).shots}
    assert len(shots) == 8
    assert {design.key: design.with_words(words_of(shots[design.key])) for design in designs} == shots
    assert [shot.design for shot in shots.values()] == designs
    assert {f.code for f in findings} <= set(codes(garden.matrix(policy=LENIENT)))


def test_cells_and_findings_of_the_concept_are_those_of_the_matrix(garden: Garden) -> None:
    matrix = garden.matrix(policy=LENIENT)
    survey = concept_cells(garden.loaded(), garden.catalogs())
    assert (survey.cells, survey.locales, survey.displays) == (matrix.places, matrix.locales, matrix.displays)
    assert set(survey.findings) <= set(matrix.findings)


def test_a_design_needs_words_for_every_slot(garden: Garden) -> None:
    loaded = garden.loaded()
    survey = concept_cells(loaded, garden.catalogs())
    designs, _ = expand_designs(loaded, survey.cells, root=garden.root, digest=digest)
    design = next(design for design in designs if design.slots)
    with pytest.raises(KeyError, match=design.slots[0].id):
        design.with_words({})


def test_a_design_without_its_capture_is_left_out_and_reported(garden: Garden) -> None:
    garden.concept(CONCEPT.replace("id: hero", "id: hero\n    capture: captures/gone.png"))
    loaded = garden.loaded()
    survey = concept_cells(loaded, garden.catalogs())
    designs, findings = expand_designs(loaded, survey.cells, root=garden.root, digest=digest)
    assert {design.screen for design in designs} == {"week"}
    assert [f.code for f in findings] == ["shots-missing-file"]


def test_pseudo_locales_have_every_screen_on_every_display(garden: Garden) -> None:
    loaded = garden.loaded()
    cells = pseudo_cells(loaded, ["en-XA", "ar-XB"])
    survey = concept_cells(loaded, {})
    per_display = len(loaded.concept.screens) * len(survey.displays)
    assert len(cells) == 2 * per_display
    assert [cell.locale.direction for cell in cells] == ["ltr"] * per_display + ["rtl"] * per_display
