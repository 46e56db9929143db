"""Cards in a real browser, as each of Anki's apps shows them: nothing overflows, all can be read.

Where no browser is found these tests are skipped, and say so; in CI (``CI=true``) they fail instead.
"""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from anki_reviewer import ANKI_APPS, OWN_STYLE_FILE, NoBrowserError, Screen, anki_web, body_class, browser
from axe_playwright_python.sync_playwright import Axe
from conftest import OUTLINE, REPOSITORY, SECOND_DECK
from playwright.sync_api import Browser, BrowserContext

from deckgen.build.project_renderer import render_project
from deckgen.model.note_type import BUILT_IN
from deckgen.model.sides import OWN_STYLE
from deckgen.preview.anki_apps import AnkiApp
from deckgen.preview.card_renderer import RenderedCard, render_card
from deckgen.source.theme import low_contrasts, palette

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all of them

WIDTHS = (320, 360, 768, 1280)
HEIGHT = 640
LIMITS = {"size": 16, "contrast": 4.5}
MEASURE = Path(__file__).with_name("card_checks.js").read_text(encoding="utf-8")
# What a page owes as a whole (title, landmarks, one h1) is the app's; a card is a part of it.
RULES_OF_A_WHOLE_PAGE = ("region", "page-has-heading-one", "landmark-one-main")
DESKTOP, ANKIDROID, _ = ANKI_APPS

HARD_PIECES = {
    "word": "x" * 1000,
    "code": "```python\n" + "\n".join(f"{'    ' * n}total_{n} = {' + '.join(f'value_{i}' for i in range(30))}" for n in range(4)) + "\n```",
    "every token": "```python\n@cached\nclass Load(Base):\n    '''Doc.'''\n    def run(self, n=0x1F):  # note\n        return None if n is not True else f\"{n!r}\" + str(1.5e3)\n```\n\n```sql\nSELECT count(*), 'x' FROM t WHERE a >= 2 -- note\n```\n\n```bash\nexport A=1; echo \"$A\" | grep -v x\n```\n\n```json\n{\"a\": [1, true, null]}\n```\n\n```diff\n-old\n+new\n```",
    "table": "| " + " | ".join(f"column_{n}" for n in range(14)) + " |\n|" + "---|" * 14 + "\n|" + "|".join(f" {'wide' * 3} `code_{n}` " for n in range(14)) + "|",
    "picture": "![A wide chart](wide.png)",
    "formulas": r"So $a_1 + " + " + ".join(f"a_{{{n}}}^2" for n in range(2, 60)) + r"$ and" + "\n\n$$\\sum_{i=1}^{n} " + " + ".join(f"x_{{{n}}}" for n in range(60)) + r" = \frac{1}{2}$$",
    "right to left": "מה מבטיח שכתיבה חוזרת לא תשכפל שורות?\n\n- מפתח עסקי ו־`MERGE`\n- דריסת מחיצה",  # noqa: RUF001
    "address": "https://example.com/" + "path/" * 60,
    "lists": "- a\n  - b\n    - c\n      - d\n        1. e\n           1. f\n\n> A quotation with `code`, **bold**, *italics*, ~~struck~~, <kbd>Ctrl</kbd>, <mark>marked</mark>, H<sub>2</sub>O.",
}  # fmt: skip
KINDS = {
    "concepts": ("prompt", "answer", "why", "example", "reverse"),
    "red_flags": ("says", "signals", "instead", "principle"),
    "trade_offs": ("choose_a", "choose_b", "decides", "scenario", "example"),
    "questions": ("ask", "tests", "strong"),
    "clozes": ("text", "extra"),
}
OTHER_FIELDS = {
    "trade_offs": {"option_a": "x" * 200, "option_b": "כתיבה חוזרת"},
    "red_flags": {"rubric": ["כתיבה", "x" * 300, "Good: all 2."]},
    "questions": {name: ["כתיבה", "x" * 300, "Short"] for name in ("structure", "rubric", "pitfalls", "follow_ups")},
}  # fmt: skip
PLAIN_TRADE_OFF = """\
trade_offs:
  - id: plain
    covers: [basics/first]
    option_a: recognition
    option_b: recall
    choose_a: To see it.
    choose_b: To say it.
    decides: How `it` is asked.
"""


@dataclass(frozen=True)
class Deck:
    """The cards of a project, each with a name that says where it is from, and their styles in one."""

    cards: dict[str, RenderedCard]
    styles: dict[str, str]
    media: dict[str, Path]

    @property
    def css(self) -> str:
        return "".join(self.styles.values())

    def sides(self) -> Iterator[tuple[str, str]]:
        for name, card in self.cards.items():
            yield f"{name} front", card.front
            yield f"{name} back", card.back


def load_deck(root: Path) -> Deck:
    compiled, findings = render_project(root)
    assert not [
        f"{f.span} {f.message}" for f in findings if f.code.name not in ("point-uncovered", "cloze-outside")
    ]
    types = compiled.sources.note_types
    cards = {
        f"{note.kind}/{note.id} {card}": render_card(types[note.kind], note.fields, card)
        for note in compiled.rendered
        for card in note.cards
    }
    media = {file.package_name: file.location for note in compiled.rendered for file in note.media}
    return Deck(cards, {kind: note_type.style for kind, note_type in types.items()}, media)


def write_hard_project(root: Path) -> Path:
    """Write a project whose notes hold, in each field, what breaks cards."""
    notes: dict[str, list[dict[str, Any]]] = {}
    for kind, fields in KINDS.items():
        for number, piece in enumerate(HARD_PIECES.values()):
            note = {
                "id": f"{kind.replace('_', '-')}-{number}",
                "covers": ["basics/first"],
                "source": f"{piece[:40]} {'y' * 300}",
            }
            note |= dict.fromkeys(fields, piece) | OTHER_FIELDS.get(kind, {})
            if kind == "clozes":
                # A deletion around words, not around blocks of code or a table.
                note["text"] = f"{piece}\n\n{{{{c1::{'z' * 80}::a long hint {'h' * 80}}}}}"
            notes.setdefault(kind, []).append(note)
    files = {
        "deckgen.yaml": "name: Hard\nid: hard\n",
        "ch01/outline.yaml": OUTLINE,
        "ch01/notes.yaml": json.dumps(notes),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "media").mkdir()
    (root / "media" / "wide.png").write_bytes(png(4000, 900))
    return root


def png(width: int, height: int) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    try:
        anki_web()
        with browser() as running:
            yield running
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must show cards in a browser. {error}")
        pytest.skip(f"No card was shown in a browser. {error}")


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 360, "height": HEIGHT}, offline=False)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chapter() -> Deck:
    return load_deck(REPOSITORY / "cards")


@pytest.fixture(scope="module")
def second() -> Deck:
    return load_deck(SECOND_DECK)


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    return load_deck(write_hard_project(tmp_path_factory.mktemp("hard") / "cards"))


@pytest.fixture
def screens(context: BrowserContext) -> Iterator[Any]:
    """Make screens for a deck; at the end each must have asked for nothing, and reported no error."""
    made: list[Screen] = []

    def make(deck: Deck) -> Screen:
        made.append(Screen(context.new_page(), deck.css, deck.media))
        return made[-1]

    yield make
    for screen in made:
        screen.page.close()
        assert screen.requests == []
        assert screen.errors == []


def show_all(screen: Screen, deck: Deck, app: AnkiApp, *, night: bool) -> None:
    """Show every side of every card on one page, each in an element with the classes of Anki's body."""
    classes = body_class(app, night=night)
    cards = "".join(f'<div class="{classes}" data-card="{name}">{html}</div>' for name, html in deck.sides())
    content = f"<style>{screen.css}</style>{OWN_STYLE}{cards.replace(OWN_STYLE, '')}"  # asked for once
    screen.open(app, night=night, content=content, is_card=False)
    screen.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")


def measure(screen: Screen) -> list[str]:
    """Return what is wrong on the page at each width."""
    faults = []
    for width in WIDTHS:
        screen.page.set_viewport_size({"width": width, "height": HEIGHT})
        faults += [f"{width}: {fault}" for fault in screen.page.evaluate(MEASURE, LIMITS)]
    return faults


def axe_faults(screen: Screen, *, without: tuple[str, ...] = ()) -> list[str]:
    rules = {rule: {"enabled": False} for rule in (*RULES_OF_A_WHOLE_PAGE, *without)}
    violations = (
        Axe().run(screen.page, options={"rules": rules, "resultTypes": ["violations"]}).response["violations"]
    )
    return [f"{each['id']}: {node['html'][:120]}" for each in violations for node in each["nodes"][:3]]


def one_of_each(deck: Deck) -> Deck:
    """Return the deck with the longest card of each card template alone."""
    longest: dict[str, str] = {}
    for name, card in deck.cards.items():
        kind = name.partition("/")[0] + ("" if name.startswith("clozes") else name[-1])
        if kind not in longest or len(card.back) > len(deck.cards[longest[kind]].back):
            longest[kind] = name
    return replace(deck, cards={name: deck.cards[name] for name in longest.values()})


SCHEMES = pytest.mark.parametrize("night", [False, True], ids=["light", "dark"])
ON_EACH_APP = pytest.mark.parametrize("app", ANKI_APPS, ids=[app.name for app in ANKI_APPS])


@SCHEMES
@ON_EACH_APP
@pytest.mark.parametrize("name", ["chapter", "second", "hard"])
def test_every_card_fits_and_can_be_read(
    screens: Any, request: pytest.FixtureRequest, name: str, app: AnkiApp, night: bool
):
    deck = request.getfixturevalue(name)
    screen = screens(deck)
    show_all(screen, deck, app, night=night)
    assert measure(screen) == []


@SCHEMES
def test_axe_finds_nothing_in_a_card_of_each_template(screens: Any, chapter: Deck, night: bool):
    deck = one_of_each(chapter)
    screen = screens(deck)
    show_all(screen, deck, ANKIDROID, night=night)
    assert axe_faults(screen) == []


@pytest.mark.parametrize("name", ["chapter", "second", "hard"])
def test_axe_finds_nothing_in_any_card(screens: Any, request: pytest.FixtureRequest, name: str):
    """All rules but the slow one on contrast, which is measured above for every text of every card."""
    deck = request.getfixturevalue(name)
    screen = screens(deck)
    show_all(screen, deck, ANKIDROID, night=False)
    assert axe_faults(screen, without=("color-contrast",)) == []


def test_in_ankis_own_page_real_formulas_fit(screens: Any, hard: Deck):
    """Anki's script shows each card, and its MathJax sets the formulas."""
    screen = screens(hard)
    for name, card in hard.cards.items():
        if "-5 " in name:
            screen.show(DESKTOP, card.back, night=False, answer=True)
            assert [f"{name} {fault}" for fault in measure(screen)] == []
            assert screen.page.locator("mjx-container").count() >= 2
            assert "\\(" not in screen.page.locator("#qa").inner_text()


@SCHEMES
@ON_EACH_APP
def test_the_clients_own_styles_leave_the_colours_alone(
    screens: Any, chapter: Deck, app: AnkiApp, night: bool
):
    """Anki and AnkiDroid set a background of their own by night, with more weight than a bare `.card`."""
    screen = screens(chapter)
    screen.show(app, next(iter(chapter.cards.values())).back, night=night)
    colours = palette()["dark" if night else "light"]
    style = screen.page.evaluate(
        "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
    )
    assert style == [as_rgb(colours["paper"]), as_rgb(colours["ink"])]


@ON_EACH_APP
def test_a_readers_own_stylesheet_wins(screens: Any, chapter: Deck, app: AnkiApp, tmp_path: Path):
    own = tmp_path / OWN_STYLE_FILE
    own.write_text(
        ".card { line-height: 33px } .card.nightMode { color: #010203 } .kind { font-weight: 300 }"
    )
    screen = screens(replace(chapter, media={OWN_STYLE_FILE: own}))
    card = next(iter(one_of_each(chapter).cards.values()))
    for html, is_answer in ((card.front, False), (card.back, True)):
        screen.show(app, html, night=True, answer=is_answer)
        style = screen.page.evaluate(
            "[getComputedStyle(document.body).lineHeight, getComputedStyle(document.body).color,"
            " getComputedStyle(document.querySelector('.kind')).fontWeight]"
        )
        assert style == ["33px", "rgb(1, 2, 3)", "300"]


def as_rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


@ON_EACH_APP
def test_the_question_stays_in_sight_when_the_card_is_turned(screens: Any, chapter: Deck, app: AnkiApp):
    """Apps scroll to #answer; on a phone the end of the question and the start of the answer both show."""
    screen = screens(chapter)
    screen.page.set_viewport_size({"width": 360, "height": HEIGHT})
    for kind, card in one_of_each(chapter).cards.items():
        screen.show(app, card.back, night=False, answer=True)
        prompt, answer = screen.page.evaluate(
            "['.prompt', '#answer'].map((each) => document.querySelector(each).getBoundingClientRect())"
        )
        assert prompt["bottom"] > 0, kind
        assert prompt["top"] >= -1 or prompt["height"] > HEIGHT / 2, kind
        assert answer["top"] < HEIGHT * 0.75, kind


def test_type_grows_with_the_readers_font_setting_and_never_falls_under_16_px(screens: Any, chapter: Deck):
    deck = one_of_each(chapter)
    screen = screens(deck)
    show_all(screen, deck, ANKIDROID, night=False)
    sizes = {}
    for root in (10, 16, 24):
        screen.page.evaluate(f"document.documentElement.style.fontSize = '{root}px'")
        sizes[root] = screen.page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.prompt')).fontSize)"
        )
        assert measure(screen) == []
    assert sizes[24] == pytest.approx(1.5 * sizes[16], rel=0.01)
    assert 16 <= sizes[10] < sizes[16]


def test_a_theme_shows(screens: Any, tmp_path: Path):
    root = write_hard_project(tmp_path / "cards")
    theme = {"font": "Georgia, serif", "size": 24, "light": {"accent": "#0b5c4b"}, "dark": {"ink": "#ffffff"}}
    settings = f"name: Hard\nid: hard\ntheme: {json.dumps(theme)}\n"
    (root / "deckgen.yaml").write_text(settings, encoding="utf-8")
    deck = load_deck(root)
    screen = screens(deck)
    screen.show(ANKIDROID, next(iter(deck.cards.values())).back, night=False)
    style = "(each) => { const s = getComputedStyle(each); return [s.fontFamily, s.fontSize, s.color] }"
    assert screen.page.locator("body").evaluate(style)[:2] == ["Georgia, serif", "24px"]
    assert screen.page.locator("h2").first.evaluate(style)[2] == as_rgb("#0b5c4b")
    screen.show(ANKIDROID, next(iter(deck.cards.values())).back, night=True)
    assert screen.page.locator("body").evaluate(style)[2] == as_rgb("#ffffff")
    assert screen.page.locator("h2").first.evaluate(style)[2] == as_rgb(palette()["dark"]["concept"])


@pytest.mark.parametrize("kind", list(KINDS))
def test_right_to_left_text_starts_at_the_right(screens: Any, hard: Deck, kind: str):
    """In every field, whatever the language of the label above it."""
    screen = screens(hard)
    card = next(card for name, card in hard.cards.items() if f"{kind.replace('_', '-')}-6 0" in name)
    screen.show(ANKIDROID, card.back, night=False)
    screen.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    texts = screen.page.evaluate(
        """[...document.querySelectorAll('p, li')]
          .filter((each) => /^\\s*[\\u0590-\\u05ff]/.test(each.textContent))
          .map((each) => [each.textContent, getComputedStyle(each).direction])"""
    )
    assert len(texts) >= 3
    assert [text for text, direction in texts if direction != "rtl"] == []


def test_the_timer_starts_by_itself_and_says_when_the_time_is_up(screens: Any, chapter: Deck):
    front = next(card.front for name, card in chapter.cards.items() if name.startswith("questions/"))
    front = re.sub(r"--seconds: \d+", "--seconds: 4", front)
    screen = screens(chapter)
    screen.show(ANKIDROID, front, night=False)
    over = screen.page.locator(".over")
    left = "parseInt(getComputedStyle(document.querySelector('.count')).getPropertyValue('--left'))"
    assert not over.is_visible()
    assert 1 <= screen.page.evaluate(left) <= 4  # it has begun; a busy machine looks late
    assert (
        screen.page.locator(".count")
        .evaluate("e => getComputedStyle(e, '::after').content")
        .startswith('" · "')
    )
    over.wait_for(state="visible", timeout=15000)
    assert screen.page.evaluate(left) == 0


def test_the_back_of_a_drill_shows_no_timer(screens: Any, chapter: Deck):
    card = next(card for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.show(ANKIDROID, card.back, night=False)
    assert not screen.page.locator(".timer").is_visible()
    assert screen.page.locator(".prompt").is_visible()


def test_an_option_as_a_heading_starts_with_a_capital_and_inline_code_keeps_its_ends(
    screens: Any, tmp_path: Path
):
    root = write_hard_project(tmp_path / "cards")
    (root / "ch01" / "plain.yaml").write_text(PLAIN_TRADE_OFF, encoding="utf-8")
    deck = load_deck(root)
    back = next(
        card.back for card in deck.cards.values() if "recall" in card.back and "How <code>" in card.back
    )
    screen = screens(deck)
    screen.show(ANKIDROID, back, night=False)
    shown = "(all) => all.map((each) => getComputedStyle(each, '::first-letter').textTransform)"
    assert set(screen.page.locator("h2").evaluate_all(shown)) == {"uppercase"}
    code = "(each) => getComputedStyle(each).webkitBoxDecorationBreak"
    assert screen.page.locator("code").first.evaluate(code) == "clone"


def test_nothing_moves_for_a_reader_who_wants_no_motion(screens: Any, chapter: Deck):
    front = next(card.front for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.page.emulate_media(reduced_motion="reduce")
    screen.show(ANKIDROID, re.sub(r"--seconds: \d+", "--seconds: 1", front), night=False)
    assert not screen.page.locator(".bar").is_visible()
    screen.page.locator(".over").wait_for(state="visible", timeout=4000)


def test_what_is_folded_can_be_tapped_and_opened(screens: Any, chapter: Deck):
    card = next(card for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.show(ANKIDROID, card.back, night=False)
    for summary in screen.page.locator("summary").all():
        box = summary.bounding_box()
        assert box
        assert box["height"] >= 44
        assert "tappable" in (summary.get_attribute("class") or "")
        content = summary.locator("xpath=following-sibling::*").first
        assert not content.is_visible()
        summary.click()
        assert content.is_visible()
    assert screen.page.locator(".checks li").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_can_be_read_on_both_backgrounds(scheme: str):
    assert list(low_contrasts(palette()[scheme])) == []


def test_cards_ask_for_no_script_and_no_address():
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.css")))
    assert not re.search(r"@import|@font-face|url\(|https?:", css)
    templates = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.html")))
    assert not re.search(r"<script|<link|<img|\son\w+=|https?:", templates)
