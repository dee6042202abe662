"""What a page can do: have unsaved words painted, save an entry, decide about a picture. JSON in, checked, JSON out."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import json
import re
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from locstore.catalog import Catalog
from locstore.catalog.edit import Edit, EditResult, EditStatus, EntryText, edit_entry
from locstore.errors import FindingsError, LocstoreError
from locstore.findings import Finding, sort_findings
from locstore.preview.concept_state import ConceptState, ShotView, catalog_of
from locstore.preview.live import Live
from locstore.preview.pages import why_not_ready
from locstore.preview.paint import Painted
from locstore.preview.pool import Lane
from locstore.preview.views import card
from locstore.preview.words import SlotText, check_forms, example_number, filled, shown_form, written_values
from locstore.review import decide
from locstore.shots import Shot
from locstore.shots.slot_words import locale_values, names_in
from locstore.stores import Locale

_STATUS = {EditStatus.CONFLICT: 409, EditStatus.REFUSED: 422}
_ENTRY = re.compile(r"^msgctxt “[^”]*”(?:, msgstr\[(\d+)\])?: ")
_Text = Annotated[str, StringConstraints(max_length=10_000)]
_Name = Annotated[str, StringConstraints(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_B = TypeVar("_B", bound=_Body)


class Words(_Body):
    """The words of one slot as they stand in the page; `shown` is the plural form to paint."""

    forms: Annotated[tuple[_Text, ...], Field(max_length=10)]
    shown: Annotated[int, Field(ge=0, le=9)] | None = None
    fuzzy: bool = False


class PaintBody(_Body):
    """A picture of unsaved words. `page` names the browser's tab: its newer request replaces the older."""

    concept: _Name
    key: _Name
    width: Annotated[int, Field(ge=16, le=4096)]
    words: Annotated[dict[_Name, Words], Field(max_length=40)]
    lane: Literal["edit", "beside"] = "edit"
    page: _Name = ""


class SaveBody(_Body):
    """An entry to save; `expected` is the version that the page was showing, so that nothing is overwritten unseen."""

    concept: _Name
    locale: _Name
    context: _Name
    forms: Annotated[tuple[_Text, ...], Field(min_length=1, max_length=10)]
    fuzzy: bool
    expected: _Name


class ReviewBody(_Body):
    """A decision; `digest` is the picture that the person saw."""

    concept: _Name
    key: _Name
    digest: _Name
    state: Literal["", "approved", "sent-back"]
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""
    by: Annotated[str, StringConstraints(max_length=80)] = ""


class _Refused(Exception):
    """A request that cannot be done, with what to tell the page."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _answering(action: Callable[[Actions, Request], Awaitable[Response]]) -> Callable[[Actions, Request], Any]:
    """An endpoint whose refusals become answers."""

    @functools.wraps(action)
    async def answered(self: Actions, request: Request) -> Response:
        try:
            return await action(self, request)
        except _Refused as refused:
            return JSONResponse({"message": str(refused)}, refused.status)
        except FindingsError as error:
            return JSONResponse({"message": error.findings[0].message}, 422)
        except (LocstoreError, OSError) as error:
            return JSONResponse({"message": str(error)}, 503)

    return answered


class Actions:
    """The endpoints below /api."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._wanted: dict[tuple[str, str], asyncio.Task[Painted]] = {}

    @_answering
    async def paint(self, request: Request) -> Response:
        """Picture and findings of unsaved words in one answer: length of the JSON (4 bytes), JSON, JPEG."""
        body = await _read(request, PaintBody)
        concept, shot_view, shot = self._shot(body.concept, body.key)
        texts, found = _edited(concept, shot_view, body.words)
        task = asyncio.create_task(
            self._live.paint(
                shot.design.with_words({t.slot.id: t.filled for t in texts}),
                body.width,
                Lane.EDIT if body.lane == "edit" else Lane.BESIDE,
            )
        )
        name = (body.page, body.key)
        older = self._wanted.get(name)
        if older is not None and body.page:
            older.cancel()
        self._wanted[name] = task
        try:
            return _picture(await task, found)
        except asyncio.CancelledError as error:
            if task.cancelled() and self._wanted.get(name) is not task:
                raise _Refused("A newer text is painted instead.", 409) from error
            raise
        finally:
            if self._wanted.get(name) is task:
                del self._wanted[name]

    @_answering
    async def save(self, request: Request) -> Response:
        """Write one entry of a PO file."""
        body = await _read(request, SaveBody)
        concept = self._live.project_state.concepts.get(body.concept)
        locale = concept.locales.get(body.locale) if concept is not None else None
        catalog = catalog_of(concept, locale) if concept is not None and locale is not None else None
        if concept is None or catalog is None or not catalog.path or body.context not in concept.messages:
            raise _Refused("There is no such text to change.", 404)
        message = concept.messages[body.context]
        edit = Edit(
            message=message,
            text=body.forms[0] if message.plural is None else dict(enumerate(body.forms)),
            fuzzy=body.fuzzy,
            expected=body.expected,
            count=concept.slots[body.context].count,
        )
        path = self._live.project_state.root / catalog.path
        known = concept.loaded.concept.values.keys()
        result = await asyncio.to_thread(edit_entry, path, edit, display_path=catalog.path, known_values=known)
        if result.status is EditStatus.SAVED:
            await self._live.changed({path})
        return JSONResponse(_result(result), _STATUS.get(result.status, 200))

    @_answering
    async def review(self, request: Request) -> Response:
        """Write a decision into the review file."""
        body = await _read(request, ReviewBody)
        project_state = self._live.project_state
        _, shot_view, _ = self._shot(body.concept, body.key)
        if project_state.project is None or project_state.project.painter.pays:
            raise _Refused("An image model paints this project's pictures; approve them with locstore approve.", 422)
        if shot_view.stress:
            raise _Refused("A pseudo-locale is not reviewed.", 422)
        if body.digest != shot_view.digest:
            raise _Refused("The picture has changed since. Look at it again.", 409)
        if body.state == "sent-back" and not body.comment.strip():
            raise _Refused("Say in the comment what should change.", 422)
        if body.state == "approved":
            await self._live.checked(shot_view)
            if why := why_not_ready(project_state, card(self._live, project_state, shot_view)):
                raise _Refused(why, 422)
        comment, by = body.comment.strip(), body.by.strip()
        await asyncio.to_thread(
            decide, project_state.review_path, shot_view.identity, body.key, body.state, comment, by
        )
        await self._live.changed({project_state.review_path})
        return JSONResponse({"state": body.state})

    def _shot(self, name: str, key: str) -> tuple[ConceptState, ShotView, Shot]:
        """The picture that a request names."""
        concept = self._live.project_state.concepts.get(name)
        shot_view = concept.shot_view(key) if concept is not None else None
        if concept is None or shot_view is None or shot_view.shot is None:
            raise _Refused("There is no such picture.", 404)
        return concept, shot_view, shot_view.shot


def _edited(
    concept: ConceptState, shot_view: ShotView, words: Mapping[str, Words]
) -> tuple[list[SlotText], dict[str, list[Finding]]]:
    """The shot's texts with the page's words in them, and what is wrong with each."""
    catalog = catalog_of(concept, shot_view.place.locale)
    texts: list[SlotText] = []
    found: dict[str, list[Finding]] = {}
    for text in shot_view.texts:
        given = words.get(text.slot.id)
        if given is None or catalog is None or not given.forms:
            texts.append(text)
            continue
        found[text.slot.id] = check_forms(concept.loaded, text, catalog, given.forms, fuzzy=given.fuzzy)
        texts.append(_with_words(concept, shot_view, text, catalog, given))
    return texts, found


def _with_words(concept: ConceptState, shot_view: ShotView, text: SlotText, catalog: Catalog, given: Words) -> SlotText:
    """The text as the page's words make it: in the plural form that the person is at, with a number that chooses it."""
    locale, message = shot_view.place.locale, text.message
    own = shown_form(catalog, message, text.slot, concept.loaded, locale, len(given.forms))
    form = own if given.shown is None else min(given.shown, len(given.forms) - 1)
    raw = given.forms[form]
    number = example_number(catalog.plural, form) if form != own else None
    values = written_values(concept.loaded, locale, count=text.slot.count, number=number)
    if raw.strip():
        markup = filled(raw, values, locale.direction)
        return _shown_as(concept, locale, text, markup, locale)
    if text.state == "inherited":
        return text
    # A text that is not there: the source stands in for it, as in a saved picture.
    source = concept.source
    written = written_values(concept.loaded, locale, words=source)
    markup = filled(message.plural or message.source, written, source.direction)
    return _shown_as(concept, locale, text, markup, source)


def _shown_as(concept: ConceptState, locale: Locale, text: SlotText, markup: str, words: Locale) -> SlotText:
    """The text with other words, in the language of `words`, on a picture of `locale`."""
    names = names_in(concept.loaded, locale_values(concept.loaded, locale), markup)
    return dataclasses.replace(
        text, markup=markup, language=words.bcp47, direction=words.direction, keep_together=names
    )


def _picture(painted: Painted, found: Mapping[str, list[Finding]]) -> Response:
    by_slot: dict[str, list[Finding]] = {slot: list(findings) for slot, findings in found.items()}
    for finding in painted.findings:
        by_slot.setdefault(finding.slot or "", []).append(finding)
    head = {
        "slots": {
            facts.slot: {
                "box": [round(edge, 5) for edge in facts.box],
                "lines": list(facts.lines),
                "max_lines": facts.max_lines,
                "size": round(facts.size, 1),
                "largest": round(facts.largest, 1),
                "over": round(facts.over, 3),
                "room": round(facts.room, 3),
            }
            for facts in painted.slots
        },
        "findings": {slot: [_said(f) for f in sort_findings(findings)] for slot, findings in by_slot.items()},
    }
    data = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(struct.pack(">I", len(data)) + data + painted.picture, media_type="application/octet-stream")


def _said(finding: Finding) -> dict[str, str]:
    """For the page, where the finding stands with its words: the name of the entry is left out."""
    message = _ENTRY.sub(lambda m: f"Form {int(m[1]) + 1}: " if m[1] else "", finding.message)
    message = message[:1].upper() + message[1:]
    return {"code": finding.code, "severity": str(finding.severity), "message": message, "place": finding.place}


def _result(result: EditResult) -> dict[str, Any]:
    return {
        "status": str(result.status),
        "version": result.version,
        "mine": _entry(result.mine),
        "theirs": _entry(result.theirs) if result.theirs is not None else None,
        "findings": [_said(f) for f in result.findings],
    }


def _entry(text: EntryText) -> dict[str, Any]:
    return {"forms": list(text.forms), "fuzzy": text.fuzzy, "version": text.version}


async def _read(request: Request, model: type[_B]) -> _B:
    """The body as `model`. Raises _Refused."""
    try:
        return model.model_validate_json(await request.body())
    except ClientDisconnect as error:
        raise _Refused("That is too long.", 413) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _Refused(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", 400) from error
