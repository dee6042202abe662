"""The gallery's HTML: well-formed, escaped, the same every time, and with nothing from elsewhere."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.findings import Finding, Severity
from locstore.pages import GalleryPicture, GallerySummary, render_gallery

VOID = {"img", "input", "link", "meta"}
LOCALES = [
    ("ja", "Japanese", "ja", "ltr"),
    ("ar", "Arabic", "ar", "rtl"),
    ("pt_BR", "Portuguese (Brazil)", "pt-BR", "ltr"),
]
SCREENS = ["hero", "week"]
DISPLAYS = [
    ("play_phone", "Phone", "play", (1080, 1920)),
    ("iphone_69", "iPhone 6.9″", "apple", (1320, 2868)),
]
SUMMARY = GallerySummary(concept="pocket-garden", locales=3, screens=2, displays=2, pictures=12, errors=0, warnings=0)


@dataclasses.dataclass
class Node:
    tag: str
    attributes: dict[str, str | None]
    parent: Node | None
    children: list[Node] = dataclasses.field(default_factory=list)
    text: str = ""

    def all(self, tag: str | None = None, **wanted: str) -> list[Node]:
        """Descendants with that tag and those attributes (`class_` asks for one class of several)."""
        found = []
        for child in self.children:
            if tag in {None, child.tag} and all(child.has(k, v) for k, v in wanted.items()):
                found.append(child)
            found += child.all(tag, **wanted)
        return found

    def has(self, name: str, value: str) -> bool:
        if name == "class_":
            return value in (self.attributes.get("class") or "").split()
        return self.attributes.get(name.replace("_", "-")) == value

    def one(self, tag: str | None = None, **wanted: str) -> Node:
        (node,) = self.all(tag, **wanted)
        return node

    def __getitem__(self, name: str) -> str:
        value = self.attributes[name]
        assert value is not None
        return value


class Page(HTMLParser):
    """A strict reader: each element closes where it should, no attribute stands twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.here = Node("", {}, None)
        self.feed(html)
        self.close()
        assert self.here is self.root, f"<{self.here.tag}> is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        node = Node(tag, dict(attrs), self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        node: Node | None = self.here
        while node is not None:
            node.text += data
            node = node.parent


def picture(screen: str = "hero", locale: int = 0, display: int = 0, **changes: Any) -> GalleryPicture:
    name, english, bcp47, direction = LOCALES[locale]
    place, title, store, size = DISPLAYS[display]
    number = SCREENS.index(screen) + 1 if screen in SCREENS else 1
    values: dict[str, Any] = {
        "path": f"shelf/{bcp47}/{number:02d}_{place}_{screen}.png",
        "screen": screen,
        "number": number,
        "locale": name,
        "locale_name": english,
        "bcp47": bcp47,
        "direction": direction,
        "display": place,
        "display_name": title,
        "store": store,
        "size": size,
        "words": (("headline", f"{screen} {name}"), ("caption", "Second\nline")),
    }
    return GalleryPicture(**{**values, **changes})


def matrix() -> list[GalleryPicture]:
    return [picture(s, loc, d) for s in SCREENS for loc in range(len(LOCALES)) for d in range(len(DISPLAYS))]


def page(pictures: Sequence[GalleryPicture], summary: GallerySummary = SUMMARY) -> Node:
    return Page(render_gallery(summary, pictures)).root


def test_the_page_is_well_formed_and_its_references_lead_somewhere() -> None:
    problem = Finding(code="verify-set-short", message="Too few.", severity=Severity.WARNING)
    root = page(matrix(), dataclasses.replace(SUMMARY, problems=(problem,)))
    ids = [node["id"] for node in root.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    assert not [i for i in ids if not i or any(c.isspace() for c in i)]
    for node in root.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert node.attributes.get(name, ids[0]) in ids
        link = node.attributes.get("href") or ""
        if link.startswith("#"):
            assert link[1:] in ids


def test_no_pictures_make_a_page_that_says_so() -> None:
    root = page([], GallerySummary(concept="x", locales=0, screens=0, displays=0, pictures=0, errors=0, warnings=0))
    assert "no pictures yet" in root.one("main").text
    assert not root.all("img")


def test_the_same_input_gives_the_same_page() -> None:
    assert render_gallery(SUMMARY, matrix()) == render_gallery(SUMMARY, tuple(matrix()))


def test_findings_come_worst_first_whatever_order_they_were_found_in() -> None:
    findings = [Finding(code=f"verify-{s}", message=f"A {s}.", severity=s) for s in Severity]
    one = render_gallery(SUMMARY, [picture(findings=tuple(findings))])
    other = render_gallery(SUMMARY, [picture(findings=tuple(reversed(findings)))])
    assert one == other
    chips = [n.text for n in Page(one).root.one("li", class_="card").all("span", class_="chip")]
    assert chips == ["Error", "Warning", "Note"]


@pytest.mark.parametrize(
    "path",
    [
        "screenshots/en-US/01 hero.png",
        "screenshots/ja/01_ヒーロー.png",
        "web/ar/01_بطل.jpg",
        "a#b/c?d=e&f/100%.png",
        "q\"uo'te/<b>.png",
        "c:/colon.png",
        "%41.png",
    ],
)
def test_a_picture_is_linked_by_a_relative_encoded_url(path: str) -> None:
    card = page([picture(path=path)]).one("li", class_="card")
    link, image = card.one("a", class_="open"), card.one("img")
    assert link["href"] == image["src"]
    assert image["src"].isascii()
    base = "ftp://host/output/index.html"
    reached = urlsplit(urljoin(base, image["src"]))
    assert (reached.scheme, reached.netloc, reached.query, reached.fragment) == ("ftp", "host", "", "")
    assert unquote(reached.path) == f"/output/{path}"


def test_every_picture_stands_once_with_its_size_and_name_and_waits_until_it_is_near() -> None:
    pictures = matrix()
    images = page(pictures).all("img")
    assert sorted(i["src"] for i in images) == sorted(p.path for p in pictures)
    image = next(i for i in images if i["src"] == "shelf/ja/01_iphone_69_hero.png")
    assert image["alt"] == "hero in Japanese on iPhone 6.9″"
    assert (image["width"], image["height"]) == ("1320", "2868")
    assert {(i["loading"], i["decoding"]) for i in images} == {("lazy", "async")}


def test_pictures_stand_by_locale_then_display_then_screen() -> None:
    view = page(matrix()).one("div", class_="view", data_view="locale")
    assert [n["id"] for n in view.all("section")] == ["ar", "ja", "pt_BR"]
    ids = [n["id"] for n in view.one("section", id="ja").all("li", class_="card")]
    assert ids == ["ja/hero/iphone_69", "ja/week/iphone_69", "ja/hero/play_phone", "ja/week/play_phone"]


def test_the_view_by_screen_has_a_row_for_every_display_and_waits_for_the_script() -> None:
    root = page([*matrix(), picture("light", display=1, number=0)])
    view = root.one("div", class_="view", data_view="screen")
    assert "hidden" in view.attributes
    assert not view.all("img")
    rows = {s["data-group"]: [r["data-display"] for r in s.all("div", class_="row")] for s in view.all("section")}
    both = ["iphone_69", "play_phone"]
    assert rows == {"light": ["iphone_69"], "hero": both, "week": both}
    assert list(rows) == ["light", "hero", "week"]


def test_without_the_script_nothing_that_needs_it_is_shown() -> None:
    root = page(matrix())
    assert "hidden" in root.one(id="tools").attributes
    assert "open" not in root.one("dialog").attributes
    assert "hidden" not in root.one("div", class_="view", data_view="locale").attributes


def test_words_carry_their_language_and_direction_and_describe_the_picture() -> None:
    root = page([picture(locale=1, words=(("headline", "مرحبا"),)), picture(locale=2)])
    card = root.one("li", id="ar/hero/play_phone")
    word = card.one("dd")
    assert (word.text, word["lang"], word["dir"]) == ("مرحبا", "ar", "rtl")
    assert card.one("a", class_="open")["aria-describedby"] == card.one("dl")["id"]
    assert root.one("li", id="pt_BR/hero/play_phone").all("dd")[0]["lang"] == "pt-BR"


def test_a_picture_without_words_has_no_description() -> None:
    card = page([picture(words=())]).one("li", class_="card")
    assert "aria-describedby" not in card.one("a", class_="open").attributes
    assert not card.all("dl")


def test_findings_stand_in_their_pictures_card_with_severity_in_words() -> None:
    finding = Finding(
        code="typeset-does-not-fit",
        message="Needs 4 lines.",
        file="locales/ja/a.po",
        line=7,
        shot="hero/ja/play_phone",
        slot="headline",
    )
    root = page([picture(findings=(finding,)), picture("week")])
    card = root.one("li", id="ja/hero/play_phone")
    assert card["data-findings"] == "1"
    assert card.one("span", class_="chip").text == "Error"
    assert "headline: Needs 4 lines." in card.text
    assert "locales/ja/a.po:7" in card.text
    assert "typeset-does-not-fit" in card.text
    other = root.one("li", id="ja/week/play_phone")
    assert "data-findings" not in other.attributes
    assert not other.all("span", class_="chip")


def test_many_findings_fold_away_but_all_are_there() -> None:
    findings = tuple(Finding(code="x", message=f"Number {n}.", severity=Severity.NOTE) for n in range(5))
    card = page([picture(findings=findings)]).one("li", class_="card")
    folded = next(d for d in card.all("details") if d.one("summary").text == "2 more")
    assert "Number 2." not in folded.text
    assert all(f.message in card.text for f in findings)


def test_totals_and_findings_without_a_picture_stand_at_the_head() -> None:
    problem = Finding(code="catalog-missing", message="No Thai.", file="locales/th.po")
    summary = dataclasses.replace(SUMMARY, errors=1, warnings=2, problems=(problem,))
    root = page(matrix(), summary)
    head = root.one("header", class_="masthead")
    assert [c.text for c in head.all("span", class_="chip")] == ["1 error", "2 warnings"]
    assert all(t in head.text for t in ("pocket-garden", "3 locales", "2 screens", "2 displays", "12 pictures"))
    assert "No Thai." in root.one("details", class_="problems").text
    clean = page(matrix()).one("header", class_="masthead")
    assert clean.one("span", class_="chip").text == "No errors, no warnings"


def test_the_index_counts_the_worst_of_each_locale() -> None:
    bad = Finding(code="a", message="Bad.")
    poor = Finding(code="b", message="Poor.", severity=Severity.WARNING)
    note = Finding(code="c", message="Note.", severity=Severity.NOTE)
    root = page(
        [
            picture(findings=(bad, poor)),
            picture("week", findings=(dataclasses.replace(bad, message="Worse."),)),
            picture(locale=1, findings=(poor,)),
            picture(locale=2, findings=(note,)),
        ]
    )
    index = root.one("nav", data_view="locale")
    assert [a.text for a in index.all("a")] == ["Arabic1 warning", "Japanese2 errors", "Portuguese (Brazil)"]


def policy_of(root: Node) -> dict[str, str]:
    content = root.one("meta", http_equiv="Content-Security-Policy")["content"]
    return dict(part.strip().split(" ", 1) for part in content.split(";"))


def test_the_policy_allows_exactly_this_script_and_this_style() -> None:
    root = page(matrix())
    policy = policy_of(root)
    for tag in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(root.one(tag).text.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
        assert len(root.one(tag).text) > 1000
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in str(policy)


def test_the_policy_stands_before_whatever_it_governs() -> None:
    tags = [n.tag for n in page(matrix()).one("head").children]
    assert tags.index("style") > tags.index("meta")
    assert page([]).one("head").children[1].attributes["http-equiv"] == "Content-Security-Policy"


def test_no_style_attribute_and_no_inline_handler_that_the_policy_would_block() -> None:
    for node in page(matrix()).all():
        assert not [a for a in node.attributes if a == "style" or a.startswith("on")]


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = render_gallery(SUMMARY, matrix())
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert "url(" not in html
    for node in Page(html).root.all():
        for name in ("src", "href"):
            assert not (node.attributes.get(name) or "").startswith("//")
        assert "srcset" not in node.attributes


NASTY = "</p></style></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;&lt;<!--"


def nasty_page(text: str) -> Node:
    finding = Finding(code=text, message=text, file=text, slot=text, path=text)
    one = dataclasses.replace(
        picture(),
        path=f"a/{text}.png",
        screen=text,
        locale_name=text,
        bcp47=text,
        direction=text,
        display=text,
        display_name=text,
        findings=(finding,),
        words=((text, text),),
    )
    return page([one], dataclasses.replace(SUMMARY, concept=text, problems=(finding,)))


def shape(root: Node) -> list[tuple[str, list[str]]]:
    return [(node.tag, sorted(node.attributes)) for node in root.all()]


def test_markup_in_any_text_is_shown_as_text() -> None:
    root = nasty_page(NASTY)
    assert shape(root) == shape(nasty_page("plain"))
    assert root.one("dd").text == NASTY
    assert root.one("h1").text == NASTY
    assert root.one("img")["alt"] == f"{NASTY} in {NASTY} on {NASTY}"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    card = page([picture(words=(("headline", text),))]).one("li", class_="card")
    assert card.one("dd").text == text


def test_a_picture_says_its_own_anchor() -> None:
    assert picture(display=1).anchor == "ja/hero/iphone_69"
    one = picture(screen="my screen", locale=0)
    assert one.anchor == "ja/my%20screen/play_phone"
    assert page([one]).one("li", class_="card")["id"] == one.anchor
