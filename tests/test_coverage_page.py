"""The coverage page in a real browser: phone and desktop, light and dark, mouse and keyboard, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import REPOSITORY
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deckgen.coverage_report.page import coverage_page
from deckgen.coverage_report.report import Report, make_report
from deckgen.pipeline import compile_project

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}


def report_on(root: Path) -> Report:
    compiled, _ = compile_project(root)
    sources = compiled.sources
    return make_report(
        sources.settings.name, sources.coverage, sources.note_types, sources.notes, compiled.rendered
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page on chapter 36 with some of its `covers` gone, wrong or in a draft."""
    root = tmp_path_factory.mktemp("damaged") / "cards"
    for source in (REPOSITORY / "cards").rglob("*.yaml"):
        text = source.read_text(encoding="utf-8")
        if source.name == "red-flags.yaml":
            text = re.sub(r"covers: .*", "covers: [ownership/end-to-end]", text, count=2)
        if source.name == "ownership.yaml":
            text = text.replace("[ownership/strong-answer]", "[ownershp/strong-answer, '<script>x</script>']")
            text = text.replace("    covers: [ownership/not-waiting, stories/story-beyond-role]\n", "")
        if source.name == "mentorship.yaml":
            text = re.sub(r"(  - id: .*)", r"\1\n    draft: true", text)
        target = root / source.relative_to(REPOSITORY / "cards")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    page = root.parent / "coverage.html"
    page.write_text(coverage_page(report_on(root), lambda path: f"cards/{path}"), encoding="utf-8")
    return page


@pytest.fixture
def open_page(browser: Browser, damaged: Path) -> Iterator:
    contexts = []

    def open_at(viewport: dict[str, int], scheme: str = "light", **options: object) -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(damaged.as_uri())
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
    page.get_by_role("button", name="Behavioral red flags: red_flags").click()
    results = Axe().run(page, ":popover-open")
    assert results.violations_count == 0, results.generate_report()


def test_the_page_asks_the_network_for_nothing(browser: Browser, damaged: Path):
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(damaged.as_uri())
    page.wait_for_load_state("networkidle")
    context.close()
    assert asked == [damaged.as_uri()]
    assert faults == []


@pytest.mark.parametrize("viewport", [SMALL_PHONE, PHONE, DESKTOP], ids=lambda size: str(size["width"]))
def test_the_page_is_no_wider_than_the_screen(viewport, open_page):
    page = open_page(viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.get_by_role("button", name="Ownership: clozes").click()
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]


def test_a_phone_shows_the_whole_map_without_scrolling_sideways(open_page):
    page = open_page(PHONE)
    assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('.map'))")


def test_a_cell_opens_its_points_with_their_notes_and_places(open_page):
    page = open_page(DESKTOP)
    cell = page.get_by_role("button", name="Behavioral red flags: red_flags: 4 of 5 taught, 1 lacking")
    assert cell.inner_text() == "4 !1"
    cell.click()
    panel = page.get_by_role("dialog", name="Behavioral red flags: red_flags")
    expect(panel).to_be_visible()
    lacking = panel.locator("h3", has_text="Needs this kind and has none (1)")
    expect(lacking).to_be_visible()
    text = panel.inner_text()
    line = next(
        number
        for number, source in enumerate(
            (REPOSITORY / "cards/ch36/outline.yaml").read_text(encoding="utf-8").splitlines(), start=1
        )
        if "id: no-concrete-actions" in source
    )
    assert f"ch36/red-flags/no-concrete-actions cards/ch36/outline.yaml:{line}" in " ".join(text.split())
    assert re.search(r"red_flags ch36/human-error 1 card\s+cards/ch36/root-cause.yaml:\d+", text)


def test_the_first_column_opens_what_a_section_lacks_before_what_it_has(open_page):
    page = open_page(DESKTOP)
    page.get_by_role("button", name="Mentorship and leadership signals: 0 of 6 taught, 6 lacking").click()
    panel = page.get_by_role("dialog", name="Mentorship and leadership signals")
    expect(panel).to_contain_text("Not taught (6)")
    expect(panel).to_contain_text("The draft ch36/")


def test_the_keyboard_alone_reaches_opens_and_closes_a_cell(open_page):
    page = open_page(DESKTOP)
    first = page.locator("td button").first
    for _ in range(10):
        page.keyboard.press("Tab")
        if first.evaluate("button => button === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.get_by_role("button", name="Ownership: concepts")
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # the edge: the focus stays
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Ownership: concepts")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(cell).to_be_focused()


def test_a_cell_opens_where_scripts_are_forbidden(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Ownership: red_flags").click()
    expect(page.get_by_role("dialog", name="Ownership: red_flags")).to_be_visible()


def test_both_ways_are_listed_below_the_map(open_page):
    page = open_page(DESKTOP)
    page.get_by_role("link", name="Covers that name no point: 2").click()
    heading = page.get_by_role("heading", name="Covers that name no point (2)")
    expect(heading).to_be_in_viewport()
    text = " ".join(page.locator("main").inner_text().split())
    assert "ownershp/strong-answer, perhaps ownership/strong-answer" in text
    assert "<script>x</script>" in text  # as words, never as a script
    assert "Notes that cover nothing (1) concepts ch36/quiet-drift" in text
    assert "Points on one card only (" in text


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
