"""The preview's addresses: pages, pictures, news of changes, and what pages may do."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from locstore.errors import LocstoreError
from locstore.pages import static
from locstore.preview.actions import Actions
from locstore.preview.concept_state import ConceptState
from locstore.preview.guard import Endpoint, Guard
from locstore.preview.links import LiveLinks
from locstore.preview.live import WIDTHS, Live
from locstore.preview.pages import NoSuchPage, PageRef, Pages
from locstore.preview.watch import follow
from locstore.shots import Selection
from locstore.stores import UnknownLocale, resolve_locale

ASSETS = {
    "preview.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "edit.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_PING = 20.0  # seconds between signs of life, so that a connection that has gone is noticed


def asset(name: str) -> bytes:
    """One of the page's own files, by a name of `ASSETS`."""
    return static(name).encode()


def make_app(live: Live, endpoint: Endpoint, selection: Selection) -> Starlette:
    """The ASGI application. It follows the project's files while it runs."""
    server = _Server(live, Pages(live, selection))
    actions = Actions(live)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await live.start()
        await asyncio.to_thread(server.warm)
        stop = asyncio.Event()
        watching = asyncio.create_task(follow(live, stop))
        try:
            yield
        finally:
            stop.set()
            await watching
            await live.close()

    routes = [
        Route("/", server.page),
        Route("/static/{name}", server.static),
        Route("/picture/{screen}/{locale}/{display}", server.picture),
        Route("/events", server.events),
        Route("/api/paint", actions.paint, methods=["POST"]),
        Route("/api/save", actions.save, methods=["POST"]),
        Route("/api/review", actions.review, methods=["POST"]),
        Route("/screens/{screen}", server.page),
        Route("/{locale}", server.page),
        Route("/{locale}/{screen}", server.page),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, endpoint=endpoint)], lifespan=lifespan)


class _Server:
    """The GET endpoints. Only ids that the book knows get any further than this."""

    def __init__(self, live: Live, pages: Pages) -> None:
        self._live = live
        self._pages = pages
        self._assets = {name: asset(name) for name in ASSETS}

    def warm(self) -> None:
        """Make the first page once while the painting processes start: who opens it then need not wait for both."""
        for concept in self._live.project_state.concepts.values():
            with contextlib.suppress(LocstoreError, NoSuchPage):  # whoever opens the page is told
                self._pages.page(concept, PageRef(), LiveLinks())

    def _concept(self, request: Request) -> tuple[ConceptState | None, LiveLinks]:
        concepts = self._live.project_state.concepts
        name = request.query_params.get("concept", "")
        if name in concepts:
            return concepts[name], LiveLinks("" if name == next(iter(concepts)) else name)
        return (next(iter(concepts.values()), None) if not name else None), LiveLinks()

    async def page(self, request: Request) -> Response:
        self._live.asked()
        concept, links = self._concept(request)
        if concept is None and not request.query_params.get("concept"):
            text = "There is nothing to show yet. The page looks again as soon as a file of the project is saved."
            problem = self._pages.problem("This project cannot be read", text, links)
            return HTMLResponse(problem, 200 if self._live.project_state.findings else 404)
        place = PageRef(
            locale=request.path_params.get("locale", ""),
            screen=request.path_params.get("screen", ""),
            display=request.query_params.get("display", ""),
        )
        try:
            if concept is None:
                raise NoSuchPage
            if place.locale and concept.locale(place.locale) is None:
                return self._other_spelling(request, concept, place.locale)
            return HTMLResponse(await asyncio.to_thread(self._pages.page, concept, place, links))
        except NoSuchPage:
            text = "The project has no such language, screen or display, or its store does not offer it."
            return HTMLResponse(self._pages.problem("There is no such page", text, links), 404)
        except LocstoreError as error:
            return HTMLResponse(self._pages.problem("This page cannot be made", str(error), links), 503)

    def _other_spelling(self, request: Request, concept: ConceptState, code: str) -> Response:
        """`/pt-BR` is `/pt_BR`."""
        try:
            canonical = resolve_locale(code).gettext
        except UnknownLocale as error:
            raise NoSuchPage from error
        if canonical not in concept.locales:
            raise NoSuchPage
        rest = f"/{request.path_params['screen']}" if "screen" in request.path_params else ""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{canonical}{rest}{query}")

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._assets:
            return PlainTextResponse("There is no such file.", 404)
        data = self._assets[name]
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        headers = {"etag": tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type=ASSETS[name], headers=headers)

    async def picture(self, request: Request) -> Response:
        concept, _ = self._concept(request)
        key = "/".join(request.path_params[part] for part in ("screen", "locale", "display"))
        shot_view = await asyncio.to_thread(concept.shot_view, key) if concept is not None else None
        width = request.query_params.get("w", "360")
        if shot_view is None or shot_view.shot is None or not (width.isascii() and width.isdigit() and len(width) < 6):
            return PlainTextResponse("There is no such picture.", 404)
        # An address that names the picture it wants may be kept; one that names an older one is answered anew.
        same = request.query_params.get("v") == shot_view.digest[:16]
        tag = f'"{shot_view.digest[:32]}-{min(int(width), WIDTHS[-1])}"'
        headers = {"etag": tag, "cache-control": "private, max-age=604800, immutable" if same else "private, no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        try:
            data = await self._live.picture(shot_view, max(16, int(width)))
        except (LocstoreError, OSError) as error:
            return PlainTextResponse(str(error), 503)
        if not data:
            return PlainTextResponse("A file of this picture cannot be read; its findings name it.", 404)
        return Response(data, media_type="image/jpeg", headers=headers)

    async def events(self, _request: Request) -> Response:
        """Server-sent events: `files` when files were read again, `facts` when more is known about pictures."""
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        seen = self._live.project_state
        yield "retry: 1000\nevent: hello\ndata: .\n\n"
        with self._live.listening() as something:
            while True:
                try:
                    await asyncio.wait_for(something.wait(), _PING)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                something.clear()
                if self._live.closed:
                    return
                kind, seen = ("facts" if self._live.project_state is seen else "files"), self._live.project_state
                yield f"event: {kind}\ndata: .\n\n"
