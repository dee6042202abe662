"""The pages' HTML, by the templates of the room `pages`: overview, a locale, a screen in all locales, one shot."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from locstore.findings import Finding, Severity
from locstore.pages import environment
from locstore.preview.concept_state import ConceptState, catalog_of
from locstore.preview.guard import POLICY
from locstore.preview.links import Links
from locstore.preview.live import Live
from locstore.preview.project_state import ProjectState
from locstore.preview.views import FILTERS, Card, card, cards, endonym, entries, progress, rows
from locstore.shots import Selection, names_locale, pseudo_code
from locstore.stores import Display, Locale

COPY_WIDTH = 640  # pictures of a static copy


class NoSuchPage(LookupError):
    """The address names no locale, screen or display of the project."""


@dataclasses.dataclass(frozen=True, slots=True)
class PageRef:
    """What a page is about. '' is what the page does not choose; `display` '' is the first."""

    locale: str = ""
    screen: str = ""
    display: str = ""


class Pages:
    """Renders pages of the book of the moment: the locales and displays of `selection`."""

    def __init__(self, live: Live, selection: Selection, *, stress: bool = True) -> None:
        self._live = live
        self._stress = stress
        self._selection = selection

    def locales(self, concept: ConceptState) -> list[str]:
        """The concept's locales to show, the source first, the pseudo-locales last."""
        names = self._selection.locales
        wanted = [
            c for c, locale in concept.locales.items() if not names or any(names_locale(n, locale) for n in names)
        ]
        wanted.sort(key=lambda code: (code != concept.source.gettext, concept.locales[code].english))
        if self._stress:
            named = {pseudo_code(name) for name in names}
            wanted += [code for code, locale in concept.stress.items() if not names or locale.bcp47 in named]
        return wanted

    def displays(self, concept: ConceptState) -> list[Display]:
        """The concept's displays to show; the project's default comes first."""
        names = self._selection.displays
        shown = [d for d in concept.displays.values() if not names or any(fnmatchcase(d.id, n) for n in names)]
        project = self._live.project_state.project
        first = project.config.displays[0] if project is not None and project.config.displays else ""
        return sorted(shown, key=lambda display: display.id != first)

    def page(self, concept: ConceptState, place: PageRef, links: Links) -> str:
        """The page of a place. Raises NoSuchPage."""
        displays = self.displays(concept)
        display = next((d for d in displays if not place.display or d.id == place.display), None)
        shown = self.locales(concept)
        if (
            display is None
            or (place.locale and place.locale not in shown)
            or (place.screen and place.screen not in concept.screens)
        ):
            raise NoSuchPage
        common: dict[str, Any] = {
            "concept": concept,
            "display": display,
            "keep": "" if display.id == displays[0].id else display.id,
            "all_displays": [d for d in concept.displays.values() if d in displays],
            "screens": concept.screens,
            "landscape": display.size[0] > display.size[1],
        }
        if place.locale and place.screen:
            return self._shot(concept, place, display, links, common)
        if place.locale:
            return self._locale(concept, place.locale, display, links, common)
        if place.screen:
            return self._screen(concept, place.screen, display, links, common)
        others = [c for c in self._live.project_state.concepts if c != concept.name]
        return self._render(
            "overview.html",
            links,
            common,
            title=f"{concept.name}: preview",
            rows=rows(self._live, self._live.project_state, concept, shown, display),
            others=[(name, f"/?concept={name}") for name in others] if links.live else [],
            filter_names=FILTERS,
        )

    def _locale(
        self, concept: ConceptState, code: str, display: Display, links: Links, common: Mapping[str, Any]
    ) -> str:
        project_state, locale = self._live.project_state, _known(concept, code)
        shown = cards(self._live, project_state, concept, Selection((code,), (display.id,)))
        sources = self._sources(concept, shown)
        keep = str(common["keep"])
        return self._render(
            "locale.html",
            links,
            common,
            title=f"{locale.english}: {concept.name}",
            up=links.overview(keep),
            crumbs=[(locale.english, "")],
            locale=locale,
            endonym=endonym(locale),
            is_source=locale == concept.source,
            is_stress=code in concept.stress,
            progress=progress(self._live, concept, code, shown),
            cards=shown,
            beside=sources if locale != concept.source else {},
            by_locale=False,
            direction=locale.direction,
            link_here=lambda d: links.locale(code, d),
            filter_names=FILTERS,
            **self._neighbours(concept, code, lambda c: links.locale(c, keep)),
        )

    def _screen(
        self, concept: ConceptState, screen: str, display: Display, links: Links, common: Mapping[str, Any]
    ) -> str:
        order = {code: i for i, code in enumerate(self.locales(concept))}
        found = cards(self._live, self._live.project_state, concept, Selection((), (display.id,), (screen,)))
        shown = [c for c in found if c.shot_view.place.locale.gettext in order]
        shown.sort(key=lambda c: order[c.shot_view.place.locale.gettext])
        return self._render(
            "screen.html",
            links,
            common,
            title=f"{screen}: {concept.name}",
            up=links.overview(str(common["keep"])),
            crumbs=[("all languages", ""), (screen, "")],
            screen=screen,
            cards=shown,
            beside={},
            by_locale=True,
            direction="ltr",
            link_here=lambda d: links.screen(screen, d),
            filter_names=FILTERS,
        )

    def _shot(
        self, concept: ConceptState, place: PageRef, display: Display, links: Links, common: Mapping[str, Any]
    ) -> str:
        live, project_state, locale = self._live, self._live.project_state, _known(concept, place.locale)
        shot_view = concept.shot_view(f"{place.screen}/{place.locale}/{display.id}")
        if shot_view is None:
            raise NoSuchPage  # this locale is not offered by this display's store
        shown = card(live, project_state, shot_view)
        is_source = locale == concept.source
        original = concept.shot_view(f"{place.screen}/{concept.source.gettext}/{display.id}")
        views = [] if shot_view.stress else entries(concept, shot_view)
        own = None if shot_view.stress else catalog_of(concept, locale)
        allowed = {d.id for d in common["all_displays"]}
        everywhere = [
            c
            for c in cards(live, project_state, concept, Selection((place.locale,), (), (place.screen,)))
            if c.shot_view.place.display.id in allowed
        ]
        keep = str(common["keep"])
        at = concept.screens.index(place.screen)
        before, after = concept.screens[max(0, at - 1) : at], concept.screens[at + 1 : at + 2]
        return self._render(
            "shot.html",
            links,
            common,
            title=f"{locale.english}, {place.screen}: {concept.name}",
            up=links.locale(place.locale, keep),
            previous=links.shot(place.locale, before[0], keep) if before else "",
            previous_name=before[0] if before else "",
            next=links.shot(place.locale, after[0], keep) if after else "",
            next_name=after[0] if after else "",
            crumbs=[
                (locale.english, links.locale(place.locale, keep)),
                (place.screen, links.screen(place.screen, keep)),
            ],
            locale=locale,
            screen=place.screen,
            card=shown,
            source_card=card(live, project_state, original) if original is not None and not is_source else None,
            is_source=is_source,
            is_stress=shot_view.stress,
            editable=own is not None and bool(own.path),
            entries=views,
            data={
                "concept": concept.name,
                "key": shown.key,
                "locale": place.locale,
                "direction": locale.direction,
                "entries": [v.as_dict() for v in views],
            },
            everywhere=everywhere,
            link_here=lambda d: links.shot(place.locale, place.screen, d),
            reviewable=project_state.project is not None and not project_state.project.painter.pays,
            not_ready=why_not_ready(project_state, shown),
            by=_user(),
            **self._neighbours(concept, place.locale, lambda c: links.shot(c, place.screen, keep)),
        )

    def problem(self, heading: str, text: str, links: Links) -> str:
        """A page that says why there is none."""
        return self._render("problem.html", links, {}, title=heading, heading=heading, text=text)

    def _sources(self, concept: ConceptState, shown: Sequence[Card]) -> dict[str, Card]:
        """The source's picture beside each card, by the card's id."""
        found: dict[str, Card] = {}
        for item in shown:
            place = item.shot_view.place
            shot_view = concept.shot_view(f"{place.screen}/{concept.source.gettext}/{place.display.id}")
            if shot_view is not None:
                found[item.id] = card(self._live, self._live.project_state, shot_view)
        return found

    def _neighbours(self, concept: ConceptState, code: str, link: Any) -> dict[str, str]:
        order = self.locales(concept)
        at = order.index(code)
        return {
            "previous_locale": link(order[at - 1]) if at else "",
            "next_locale": link(order[at + 1]) if at + 1 < len(order) else "",
        }

    def _render(self, name: str, links: Links, common: Mapping[str, Any], **values: Any) -> str:
        project_state = self._live.project_state
        nothing = dict.fromkeys(("up", "next", "previous", "next_locale", "previous_locale"), "")
        return (
            environment()
            .get_template(f"preview/{name}")
            .render(
                {
                    **nothing,
                    **common,
                    **values,
                    "links": links,
                    "page": name.removesuffix(".html"),
                    "policy": POLICY.replace("'self'", "'self' file:").replace("; frame-ancestors 'none'", ""),
                    "copy_width": COPY_WIDTH,
                    "problems": self._problems(project_state),
                    "broken": sorted(project_state.broken),
                }
            )
        )

    def _problems(self, project_state: ProjectState) -> list[Finding]:
        """Of the project's files; a translator's warnings about one entry stand with its shot."""
        words = {
            c.path for concept in project_state.concepts.values() for c in concept.catalogs.values()
        } - project_state.broken
        found = project_state.all_findings()
        return [f for f in found if f.severity == Severity.ERROR and f.file not in words]


def _known(concept: ConceptState, code: str) -> Locale:
    locale = concept.locale(code)
    if locale is None:
        raise NoSuchPage
    return locale


def why_not_ready(project_state: ProjectState, shown: Card) -> str:
    """Why a picture cannot be approved yet; '' if it can."""
    config = project_state.project.config if project_state.project is not None else None
    states = {text.state for text in shown.shot_view.texts}
    if shown.shot_view.shot is None or config is None:
        return "There is no picture to approve."
    if "missing" in states and config.fallback == "none":
        return "It can be approved once all its words are translated."
    if "fuzzy" in states and not config.allow_fuzzy:
        return "It can be approved once no words are fuzzy."
    if any(f.severity == Severity.ERROR for f in shown.findings):
        return "It can be approved once its errors are mended."
    return ""


def _user() -> str:
    """Who is logged in, as the name that a decision is signed with unless another is given."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
