"""The coverage page in a real browser: phone and desktop, light and dark, mouse and keyboard, no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import REPOSITORY
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from deckgen.build.project_renderer import render_project
from deckgen.coverage.html_report import coverage_page
from deckgen.coverage.report import CoverageReport, Errors, make_report

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}


FILES = {
    "deckgen.yaml": "name: Interview\nid: interview\n",
    "ch01/outline.yaml": """\
id: ch01
number: 1
title: Ownership & failure
sections:
  - id: ownership
    title: Ownership
    points:
      - {id: end-to-end, text: You take responsibility end to end}
      - {id: weak-answer, text: "Weak answer: <b>bad</b> data", needs: [red_flags]}
      - {id: blame, text: Blaming others, needs: [red_flags]}
  - id: failures
    title: Production failure handling
    points:
      - {id: detected, text: How you detected it}
      - {id: fixed, text: How you fixed it}
  - id: mentorship
    title: Mentorship and leadership signals
    points:
      - {id: helped, text: You helped others}
""",
    "ch01/a.yaml": """\
concepts:
  - {id: owner, covers: [ownership/end-to-end, failures/detected], prompt: Who takes responsibility end to end?, answer: The one who detected it and who can say what is lost}
  - {id: idle, prompt: P?, answer: A}
  - {id: wrong, covers: [ownershp/end-to-end, <script>x</script>], prompt: P?, answer: A}
  - {id: helper, covers: [mentorship/helped], draft: true, prompt: P?, answer: A}
red_flags:
  - {id: bad-data, covers: [ownership/weak-answer], says: The data was bad., signals: A weak answer, instead: I}
trade_offs:
  - {id: fix, covers: [failures/fixed], option_a: A, option_b: B, choose_a: C, choose_b: D, decides: How soon it is fixed}
questions:
  - {id: drill, covers: [ownership/end-to-end], ask: What did you take responsibility for?, tests: T, structure: [S], rubric: [R]}
clozes:
  - {id: words, covers: [ownership/end-to-end], text: "{{c1::Responsibility}} to the {{c2::end}}"}
""",
}


def report_on(root: Path, errors: Errors | None = None) -> CoverageReport:
    compiled, _ = render_project(root)
    sources = compiled.sources
    return make_report(
        sources.settings.name,
        sources.coverage,
        sources.note_types,
        sources.notes,
        {note.id: len(note.cards) for note in compiled.rendered},
        errors=errors or Errors(),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page on a project in which something is missing each way."""
    root = tmp_path_factory.mktemp("example") / "cards"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    page = root.parent / "coverage.html"
    page.write_text(
        coverage_page(report_on(root, Errors(outlines=1, notes=2)), lambda path: f"cards/{path}"),
        encoding="utf-8",
    )
    return page


@pytest.fixture
def open_page(browser: Browser, example: Path) -> Iterator:
    contexts = []

    def open_at(viewport: dict[str, int], scheme: str = "light", **options: object) -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(example.as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "dark")],
    ids=["phone, light", "phone, dark", "desktop, dark"],
)
def test_axe_finds_no_fault_with_the_map_or_with_a_cell_that_is_open(viewport, scheme, open_page):
    page = open_page(viewport, scheme)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img id=bad src=x>')")
    assert [fault["id"] for fault in Axe().run(page, "#bad").response["violations"]] == ["image-alt"]
    page.evaluate("document.querySelector('#bad').remove()")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.get_by_role("button", name="Ownership: Red flags").click()
    results = Axe().run(page, ":popover-open")
    assert results.violations_count == 0, results.generate_report()


def test_the_page_asks_the_network_for_nothing(browser: Browser, example: Path):
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(example.as_uri())
    page.wait_for_load_state("networkidle")
    context.close()
    assert asked == [example.as_uri()]
    assert faults == []


@pytest.mark.parametrize("viewport", [SMALL_PHONE, PHONE, DESKTOP], ids=lambda size: str(size["width"]))
def test_the_page_is_no_wider_than_the_screen(viewport, open_page):
    page = open_page(viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.get_by_role("button", name="Ownership: clozes").click()
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]


def test_a_phone_shows_the_map_of_a_real_chapter_without_scrolling_sideways(browser: Browser, tmp_path: Path):
    file = tmp_path / "coverage.html"
    file.write_text(coverage_page(report_on(REPOSITORY / "cards"), str), encoding="utf-8")
    page = browser.new_page(viewport=PHONE)
    page.goto(file.as_uri())
    assert page.locator("tbody tr").count() == 15
    assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('.map'))")
    page.close()


def words_of(locator: Locator) -> str:
    return " ".join(locator.inner_text().split())


def test_a_cell_opens_its_points_with_their_notes_and_places(open_page):
    page = open_page(DESKTOP)
    cell = page.get_by_role("button", name="Ownership: Red flags: 1 of 3 taught, 1 lacking")
    assert cell.inner_text() == "1 !1"
    cell.click()
    panel = page.get_by_role("dialog", name="Ownership: Red flags")
    expect(panel).to_be_visible()
    assert words_of(panel) == (
        "Ownership: Red flags Close "
        "Needs this kind and has none (1) "
        "Blaming others ch01/ownership/blame cards/ch01/outline.yaml:10 Needs red_flags. "
        "Taught by this kind (1) "
        "Weak answer: <b>bad</b> data ch01/ownership/weak-answer cards/ch01/outline.yaml:9 "
        "red_flags ch01/bad-data 1 card cards/ch01/a.yaml:7 "
        "No note of this kind, none asked for (1) "
        "You take responsibility end to end cards/ch01/outline.yaml:8"
    )


def test_the_first_column_opens_a_section_with_notes_of_every_kind_and_drafts(open_page):
    page = open_page(DESKTOP)
    page.get_by_role("button", name="Ownership: 2 of 3 taught, 1 lacking", exact=True).click()
    panel = words_of(page.get_by_role("dialog", name="Ownership", exact=True))
    assert panel.index("Not taught (1)") < panel.index("Taught (2)")
    assert "clozes ch01/words 2 cards cards/ch01/a.yaml:13" in panel
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Mentorship and leadership signals: 0 of 1 taught, 1 lacking").click()
    panel = words_of(page.get_by_role("dialog", name="Mentorship and leadership signals", exact=True))
    assert "The draft ch01/helper will teach it." in panel


def test_the_keyboard_alone_reaches_opens_and_closes_a_cell(open_page):
    page = open_page(DESKTOP)
    first = page.locator("td button").first
    for _ in range(10):
        page.keyboard.press("Tab")
        if first.evaluate("button => button === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.get_by_role("button", name="Production failure handling: concepts")
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # the edge: the focus stays
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Production failure handling: concepts")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(cell).to_be_focused()


def test_a_cell_opens_where_scripts_are_forbidden(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Ownership: Red flags").click()
    expect(page.get_by_role("dialog", name="Ownership: Red flags")).to_be_visible()


def test_both_ways_are_listed_below_the_map(open_page):
    page = open_page(DESKTOP)
    page.get_by_role("link", name="Covers that name no point: 2").click()
    heading = page.get_by_role("heading", name="Covers that name no point (2)")
    expect(heading).to_be_in_viewport()
    text = words_of(page.locator("main"))
    assert "ownershp/end-to-end, perhaps ownership/end-to-end ch01/wrong cards/ch01/a.yaml:4" in text
    assert "<script>x</script>" in text  # as words, never as a script
    assert "Notes that cover nothing (1) concepts ch01/idle cards/ch01/a.yaml:3" in text
    assert "Points on one card only (2) Weak answer: <b>bad</b> data ch01/ownership/weak-answer" in text


def test_dark_and_light_differ(open_page):
    colours = {
        open_page(PHONE, scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2


def test_a_project_without_points_gives_a_page(browser: Browser, tmp_path: Path):
    (tmp_path / "deckgen.yaml").write_text("name: Empty\nid: empty\n")
    file = tmp_path / "coverage.html"
    file.write_text(coverage_page(report_on(tmp_path), str), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="Empty")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.close()
