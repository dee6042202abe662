"""`accept` and `approve`: a person's decisions on pictures, remembered by the picture's identity."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Sequence

from locstore.errors import FindingsError, UsageError
from locstore.findings import Finding
from locstore.project.inventory import Inventory, Picture, pictures_of, review_path, take_inventory
from locstore.project.project import Project
from locstore.review import Decision, Review, ReviewState, State, accept, decide, read_review
from locstore.run import Plan
from locstore.shots import Selection


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was written: `slots` are those accepted now, `decision` what stands for the picture."""

    shot: str
    path: str
    candidate: bool
    slots: tuple[str, ...]
    decision: Decision


@dataclasses.dataclass(frozen=True, slots=True)
class ReviewRow:
    """Where a shot stands. `by` and `comment` belong to the last decision on it, also to one that is stale."""

    shot: str
    path: str
    standing: ReviewState
    by: str
    comment: str


def accept_slots(project: Project, shot: str, slot: str, *, by: str = "", comment: str = "") -> list[Decided]:
    """Accept the words of slots in the pictures of shots. `shot` and `slot` may be globs.

    Raises UsageError if they name nothing, FindingsError for a shot named by its key that has no picture made from
    its present words and design, and for a review file that cannot be read.
    """
    chosen = _with_picture(project, [shot])
    found = []
    for picture in chosen:
        matching = tuple(s.id for s in picture.shot.slots if fnmatch.fnmatchcase(s.id, slot))
        if matching:
            found.append((picture, matching))
    if not found:
        known = ", ".join(sorted({s.id for picture in chosen for s in picture.shot.slots})) or "none"
        raise UsageError(f"{shot} has no slot {slot!r}. It has: {known}.")
    path = review_path(project)
    made = []
    for picture, slots in found:
        decision = accept(path, picture.identity, picture.shot.key, slots, by)
        if comment:
            decision = decide(path, picture.identity, picture.shot.key, decision.state, comment, by)
        made.append(Decided(picture.shot.key, picture.path, picture.candidate, slots, decision))
    return made


def decide_shots(
    project: Project, shots: Sequence[str], state: State, *, by: str = "", comment: str = ""
) -> list[Decided]:
    """Approve the pictures of shots, send them back, or ('') take either back; raises as `accept_slots`."""
    path = review_path(project)
    return [
        Decided(p.shot.key, p.path, p.candidate, (), decide(path, p.identity, p.shot.key, state, comment, by))
        for p in _with_picture(project, shots)
    ]


def review_rows(project: Project, selection: Selection) -> list[ReviewRow]:
    """Where every selected shot stands. Raises FindingsError if the review file cannot be read."""
    review = _review(project)
    return [_row(picture, review) for picture in take_inventory(project, project.default_selection(selection)).pictures]


def require_approved(project: Project, plan: Plan) -> list[Finding]:
    """ERROR `project-not-approved` for every shot of the plan without an approval of the picture it has, or will have.

    A picture that our own painter makes is known before it is painted; one that an image model paints is not.
    """
    review, findings = read_review(review_path(project))
    if findings:
        return findings
    problems: list[Finding] = []
    for picture in pictures_of(project, plan, problems):
        row = _row(picture, review)
        if row.standing is ReviewState.APPROVED:
            continue
        said = f": {row.comment}" if row.comment and row.standing is ReviewState.SENT_BACK else ""
        reason = {
            ReviewState.WAITING: "nobody has approved it",
            ReviewState.STALE: "it has changed since it was looked at",
            ReviewState.SENT_BACK: f"{row.by or 'a reviewer'} sent it back{said}",
        }[row.standing]
        message = f"The picture is not approved: {reason}. Look at it, then `locstore approve {row.shot}`."
        problems.append(Finding(code="project-not-approved", message=message, shot=row.shot))
    return problems


def standings(take_inventory: Inventory, review: Review) -> dict[str, ReviewState]:
    """Where each surveyed shot stands, by its key."""
    return {p.shot.key: review.standing(p.shot.key, p.identity) for p in take_inventory.pictures}


def _row(picture: Picture, review: Review) -> ReviewRow:
    key = picture.shot.key
    standing = review.standing(key, picture.identity)
    said = review.decisions.get(picture.identity)
    if standing is ReviewState.STALE:
        said = next((d for _, d in sorted(review.decisions.items()) if d.shot == key and d.state), None)
    return ReviewRow(key, picture.path, standing, said.by if said else "", said.comment if said else "")


def _review(project: Project) -> Review:
    review, findings = read_review(review_path(project))
    if findings:
        raise FindingsError(findings)
    return review


def _with_picture(project: Project, shots: Sequence[str]) -> list[Picture]:
    """The pictures that the keys and globs name. A glob passes over what has none; a key is refused."""
    _review(project)  # before anything else: a damaged file takes no decision
    for shot in shots:
        if shot.count("/") != 2:
            raise UsageError(
                f"{shot!r} is no shot. Name one as screen/locale/display: hero/ja/iphone_69, or hero/ja/*."
            )
    keys = {shot for shot in shots if not any(mark in shot for mark in "*?[")}
    globs = tuple(shot for shot in shots if shot not in keys)
    found: dict[str, Picture] = {}
    if keys:
        found |= {p.shot.key: p for p in _named(project, sorted(keys))}
    refused = [_no_picture(key, found.get(key)) for key in sorted(keys) if key not in found or not found[key].current]
    if refused:
        raise FindingsError(refused)
    if globs:
        some = {p.shot.key: p for p in _named(project, globs) if p.current}
        if not some:
            raise FindingsError([_no_picture(", ".join(globs), None)])
        found |= some
    return [found[key] for key in sorted(found)]


def _named(project: Project, shots: Sequence[str]) -> tuple[Picture, ...]:
    try:
        return take_inventory(project, Selection(screens=tuple(shots))).pictures
    except UsageError as error:
        message = f"The project has no shot {', '.join(shots)}. `locstore approve --list` names them."
        raise UsageError(message) from error


def _no_picture(shot: str, picture: Picture | None) -> Finding:
    if picture is not None and picture.record is not None:
        why = f"The picture on the shelf is out of date: {picture.why}"
    elif picture is not None:
        why = f"There is nothing to look at yet: {picture.why}"
    else:
        why = "There is no picture to look at"
    return Finding(code="project-no-picture", message=f"{why}. Run `locstore run` first.", shot=shot)
