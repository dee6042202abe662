"""accept and approve: they hold for one picture, and a picture that changes loses them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from projects import Call, Folder

from locstore.project.reporting import require_approved
from locstore.readings import Verdict
from locstore.review import read_review
from locstore.shots import Selection

HERO = "hero/ja/watch_series_3"


def states(locstore: Call, *arguments: str) -> dict[str, str]:
    return {row["shot"]: row["state"] for row in locstore("approve", "--list", "--json", *arguments).json["shots"]}


def test_approving_and_listing(painted: Folder, locstore: Call) -> None:
    said = locstore("approve", HERO, "--by", "Mei", "--comment", "Lovely")
    assert (said.code, said.err) == (0, "")
    assert HERO in said.out
    assert "Lovely" in said.out
    listed = locstore("approve", "--list", "--json").json
    row = next(row for row in listed["shots"] if row["shot"] == HERO)
    assert (row["state"], row["by"], row["comment"]) == ("approved", "Mei", "Lovely")
    assert listed["counts"] == {"approved": 1, "waiting": 5}
    assert states(locstore, "-l", "ja")[HERO] == "approved"
    assert len(states(locstore, "-l", "ja")) == 2


def test_globs(painted: Folder, locstore: Call) -> None:
    assert locstore("approve", "hero/*/*", "how/de/*").code == 0
    assert sum(state == "approved" for state in states(locstore).values()) == 4
    said = locstore("approve", "hero/de/*", "--send-back", "--comment", "too dark", "--json")
    assert [d["state"] for d in said.json["decided"]] == ["sent-back"]
    assert states(locstore)["hero/de/watch_series_3"] == "sent back"
    locstore("approve", "hero/de/*", "--withdraw")
    assert states(locstore)["hero/de/watch_series_3"] == "waiting"


def test_a_changed_picture_loses_its_approval_and_gets_it_back(painted: Folder, locstore: Call) -> None:
    locstore("approve", HERO, "how/ja/*")
    painted.replace("locales/ja/LC_MESSAGES/tiny.po", "伝えよう", "話そう")
    assert states(locstore)[HERO] == "stale"  # before it is painted, too
    painted.run()
    assert states(locstore)[HERO] == "stale"
    assert states(locstore)["how/ja/watch_series_3"] == "approved"
    painted.replace("locales/ja/LC_MESSAGES/tiny.po", "話そう", "伝えよう")
    painted.run()
    assert states(locstore)[HERO] == "approved"


def test_two_locales_with_the_same_picture_are_decided_one_by_one(painted: Folder, locstore: Call) -> None:
    painted.write(
        "locales/en_GB/LC_MESSAGES/tiny.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    painted.run()
    locstore("approve", "hero/en_US/*")
    locstore("approve", "hero/en_GB/*", "--send-back", "--comment", "too dark")
    found = states(locstore)
    assert (found["hero/en_US/watch_series_3"], found["hero/en_GB/watch_series_3"]) == ("approved", "sent back")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("approve",), 2, "Name shots"),
        (("approve", "hero"), 2, "no shot"),
        (("approve", "hero/ko/watch_series_3"), 2, "no shot hero/ko"),
        (("approve", "--list", HERO), 2, "--list only shows"),
        (("approve", HERO, "-l", "ja"), 2, "for --list only"),
        (("approve", HERO, "--send-back", "--withdraw"), 2, "not both"),
        (("approve", HERO, "--send-back"), 2, "needs --comment"),
        (("approve", HERO, "--send-back", "--comment", " "), 2, "needs --comment"),
        (("accept", HERO, "slogan"), 2, "It has: headline"),
        (("accept", "hero/xx/*", "headline"), 2, "no shot"),
    ],
)
def test_refusals(painted: Folder, locstore: Call, arguments: tuple[str, ...], code: int, words: str) -> None:
    said = locstore(*arguments)
    assert said.code == code
    assert words in said.err
    assert not (painted.root / "review.json").exists()


def test_what_has_no_picture_is_refused(folder: Folder, locstore: Call) -> None:
    for command in (("approve", "hero/ja/tiny"), ("accept", "hero/ja/tiny", "headline"), ("approve", "hero/*/*")):
        said = locstore(*command, "--json")
        assert (said.code, said.codes()) == (1, {"project-no-picture"})
    assert not (folder.root / "review.json").exists()


def test_a_picture_that_is_out_of_date_is_refused(painted: Folder, locstore: Call) -> None:
    painted.replace("locales/ja/LC_MESSAGES/tiny.po", "伝えよう", "話そう")
    said = locstore("approve", HERO, "--json")
    assert (said.code, said.codes()) == (1, {"project-no-picture"})
    assert "the words changed" in said.out


def test_a_damaged_review_file_takes_no_decision(painted: Folder, locstore: Call) -> None:
    painted.write("review.json", "<<<<<<< ours")
    for command in (("approve", HERO), ("accept", HERO, "headline"), ("approve", "--list")):
        said = locstore(*command, "--json")
        assert (said.code, said.codes()) == (1, {"project-review-unreadable"})
    assert (painted.root / "review.json").read_text() == "<<<<<<< ours"


def test_accepting(by_model: Callable[..., Folder], locstore: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = by_model({HERO: (Verdict.MISMATCH, "伝えょう")})
    said = locstore(
        "accept", HERO, "head*", "--by", "Mei", "--comment", "a small yo is right", "--project", str(folder.root)
    )
    assert said.code == 0
    decisions = read_review(folder.root / "review.json")[0].decisions
    (identity,) = decisions
    assert identity.startswith(f"{HERO} pixels-")
    assert decisions[identity].accepted == ("headline",)
    assert decisions[identity].comment == "a small yo is right"
    report = locstore("report", "--json", "--project", str(folder.root)).json
    shots = {shot["shot"]: shot for row in report["locales"] for shot in row["shots"]}
    assert shots[HERO]["slots"][0]["verdict"] == "accepted"
    assert shots[HERO]["findings"] == []


def test_a_candidate_can_be_accepted(by_model: Callable[..., Folder], locstore: Call) -> None:
    """A picture with wrong words is not on the shelf, but kept aside with its record."""
    folder = by_model({HERO: (Verdict.MISMATCH, "伝えょう")})
    project = folder.open()
    with project.ledger() as ledger:
        path, (record, _, _) = next((p, r) for p, r in ledger.pictures(project.output).items() if r[0].shot == HERO)
        ledger.forget(project.output, path)
    target = folder.write(f".locstore/candidates/{path}", (project.output / path).read_bytes())
    folder.write(f".locstore/candidates/{path}.json", json.dumps(record.as_dict()))
    (project.output / path).unlink()
    (project.output / "manifest.json").unlink()
    where = ("--project", str(folder.root))
    report = locstore("report", "--json", *where).json
    shot = next(shot for row in report["locales"] for shot in row["shots"] if shot["shot"] == HERO)
    assert (shot["picture"], shot["slots"][0]["verdict"], shot["slots"][0]["doubtful"]) == (
        "candidate",
        "mismatch",
        True,
    )
    assert "candidate" in locstore("accept", HERO, "headline", *where).out
    target.write_bytes(b"another picture")
    said = locstore("report", "--json", *where)
    assert "project-candidate-unreadable" in {f["code"] for f in said.json["findings"]}
    assert locstore("accept", HERO, "headline", *where, "--json").codes() == {"project-no-picture"}


def test_a_release_needs_every_approval(painted: Folder, locstore: Call) -> None:
    project = painted.open()
    findings = require_approved(project, painted.plan(Selection()))
    assert {f.code for f in findings} == {"project-not-approved"}
    assert len(findings) == 6
    locstore("approve", "*/*/*")
    assert require_approved(project, painted.plan(Selection())) == []
    # On a machine that has the review file and no pictures yet, they are known before they are painted.
    for path in painted.pictures():
        (painted.output / path).unlink()
    assert require_approved(project, painted.plan(Selection())) == []
    catalog = "locales/ja/LC_MESSAGES/tiny.po"
    painted.replace(catalog, "伝えよう", "話そう")
    (finding,) = require_approved(painted.open(), painted.plan(Selection()))
    assert finding.shot == HERO
    assert "changed since" in finding.message


def test_sent_back_says_who_and_why(painted: Folder, locstore: Call) -> None:
    locstore("approve", "*/*/*")
    locstore("approve", HERO, "--send-back", "--by", "Mei", "--comment", "too dark")
    (finding,) = require_approved(painted.open(), painted.plan(Selection()))
    assert "Mei sent it back: too dark" in finding.message


def test_a_model_s_picture_is_not_known_before_it_is_there(by_model: Callable[..., Folder], locstore: Call) -> None:
    folder = by_model({})
    where = ("--project", str(folder.root))
    locstore("approve", "*/*/*", *where)
    assert require_approved(folder.open(), folder.plan(Selection())) == []
    path = next(iter(folder.pictures()))
    (folder.output / path).unlink()
    assert len(require_approved(folder.open(), folder.plan(Selection()))) == 1


def test_a_damaged_review_file_stops_a_release(painted: Folder) -> None:
    painted.write("review.json", "{")
    assert [f.code for f in require_approved(painted.open(), painted.plan(Selection()))] == [
        "project-review-unreadable"
    ]
