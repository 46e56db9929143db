"""The preview, driven as its author would: in a real browser, with a real save."""

from __future__ import annotations

import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki_reviewer import browser as start_browser
from axe_playwright_python.sync_playwright import Axe
from conftest import OUTLINE, MakeProject, Run
from playwright.sync_api import Browser, Route, expect
from preview_page import Desk, Running, running

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f00050001"
    "ff89993d1d0000000049454e44ae426082"
)
NOTES = """\
concepts:
  - id: retry
    covers: [basics/first]
    tags: [tier::core]
    prompt: What does a retry need?
    answer: A **key** that names the write.
    why: |
      First line of many.

      {lines}
  - id: picture
    covers: [basics/second]
    prompt: What does the picture show?
    answer: '![A dot](dot.png) and $e = mc^2$'
clozes:
  - id: hidden
    covers: [basics/second]
    text: 'Writes are {{{{c1::idempotent}}}} and {{{{c2::atomic}}}}.'
  - id: unfinished
    draft: true
    covers: [basics/second]
    text: 'Not {{{{c1::yet}}}}.'
""".format(lines="\n\n      ".join(f"Line{number}." for number in range(60)))
MORE = """\
red_flags:
  - id: blame
    covers: [other/third]
    says: The other team broke it.
    signals: Blames.
    instead: I owned the mend.
"""
TWO_SECTIONS = f"""{OUTLINE}\
  - id: other
    title: Another part
    points:
      - id: third
        text: The third thing
      - id: fourth
        text: The fourth thing, which no note teaches
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as started:
        yield started


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    files = {"ch01/outline.yaml": TWO_SECTIONS, "media/dot.png": PNG}
    return make_project(files, notes=NOTES, more=MORE)


@pytest.fixture
def preview(project: Path) -> Iterator[Running]:
    with running("preview", "cards", "--no-open", cwd=project.parent) as command:
        command.url = command.line().split()[-1]
        yield command


@pytest.fixture
def desk(preview: Running, browser: Browser) -> Iterator[Desk]:
    desk = Desk(browser, preview.url)
    yield desk
    desk.page.context.close()
    assert not desk.errors
    strange = [url for url in desk.requests if not url.startswith((preview.url, "data:", "about:"))]
    assert not strange


def test_cards_are_turned_and_passed_with_the_keys_of_anki(desk: Desk):
    assert desk.text("#note-id") == "ch01/retry"
    assert desk.text("#position") == "1 of 6 · day 1"
    assert desk.text("#place") == "cards/ch01/notes.yaml:2"
    desk.wait_for_card("What does a retry need?", without="names the write")
    desk.page.keyboard.press("Space")
    desk.wait_for_card("What does a retry need?", "names the write")
    desk.page.keyboard.press("Enter")
    desk.wait_for_card("What does the picture show?", without="and")
    desk.page.keyboard.press("Space")
    desk.page.keyboard.press("3")
    desk.wait_for_card("[...] and atomic")
    desk.page.keyboard.press("ArrowLeft")
    desk.wait_for_card("What does the picture show?")
    for _ in range(3):  # past the other note: a sibling comes as late as it can
        desk.page.keyboard.press("ArrowRight")
    assert desk.text("#card-name") == "Cloze · Cloze 2"
    # A click into a card takes the keys there; they work on.
    desk.page.frame_locator("iframe").first.locator("body").click()
    desk.page.keyboard.press("Space")
    desk.wait_for_card("idempotent and atomic")
    keys = desk.text(".keys")
    assert "Space" in keys
    assert "search" in keys


def test_each_screen_has_the_classes_that_the_app_sets(desk: Desk):
    found = {
        (frame.evaluate("document.documentElement.className"), frame.evaluate("document.body.className"))
        for frame in desk.screens()
    }
    assert found == {
        ("mobile android linux js chrome", "card card1"),
        ("mobile android linux js chrome", "card card1 nightMode night_mode ankidroid_dark_mode"),
        ("linux chrome", "card card1 isLin fancy"),
        ("linux chrome night-mode", "card card1 isLin fancy nightMode night_mode"),
    }
    desk.choose("app", "AnkiMobile")
    desk.choose("scheme", "Dark")
    desk.choose("zoom", "150 %")
    desk.wait_for_card("What does a retry need?")
    (frame,) = desk.screens()
    assert frame.evaluate("getComputedStyle(document.body).zoom") == "1.5"
    assert frame.evaluate("document.documentElement.className") == "mobile iphone ios safari"
    assert frame.evaluate("innerWidth") == 375
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 28)"


def test_a_turned_card_stands_where_the_app_leaves_it(desk: Desk):
    """A quarter of the screen above the answer shows the end of the question."""
    desk.choose("app", "AnkiDroid")
    desk.choose("scheme", "Light")
    desk.choose("zoom", "200 %")
    desk.page.locator(".row", has_text="Say it better").click()
    desk.page.keyboard.press("Space")
    desk.page.frame_locator("iframe").locator("#answer").wait_for(state="attached")
    (frame,) = desk.screens()
    frame.wait_for_function("scrollY > 0")
    assert frame.evaluate("document.getElementById('answer').getBoundingClientRect().top / innerHeight") == (
        pytest.approx(0.25, abs=0.01)
    )


def test_an_old_phone_shows_a_card_with_the_fallbacks_of_its_engine(desk: Desk):
    """A bubble has an edge by `border-end-start-radius`, of 2021: an engine of 2018 leaves it round."""
    desk.page.locator(".row", has_text="Say it better").click()
    corner = "getComputedStyle(document.querySelector('.bubble')).borderBottomLeftRadius"
    found = {}
    for app in ("AnkiDroid", "Old phone (Chrome 69)"):
        desk.choose("app", app)
        desk.choose("scheme", "Light")
        desk.page.frame_locator("iframe").locator(".bubble").wait_for()
        (frame,) = desk.screens()
        found[app] = frame.evaluate(corner)
    assert found == {"AnkiDroid": "3.2px", "Old phone (Chrome 69)": "16px"}
    assert "newer CSS left out" in desk.text("figcaption")


def test_cards_are_found_by_words_and_filters(desk: Desk):
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("names WRITE")
    assert desk.titles() == ["What does a retry need?"]
    desk.page.get_by_role("button", name="Show all").click()
    desk.choose("section", "Another part")
    assert desk.titles() == ["The other team broke it."]
    desk.page.get_by_role("button", name="Show all").click()
    desk.choose("kind", "Cloze")
    assert desk.text("#count") == "3 cards of 2 notes"
    desk.choose("chapter", "1 One")
    desk.choose("finding", "Drafts")
    assert desk.titles() == ["Not yet."]
    desk.page.get_by_role("button", name="Show all").click()
    desk.choose("tag", "tier::core (1)")
    assert desk.titles() == ["What does a retry need?"]
    desk.page.locator(".row").first.click()
    desk.page.keyboard.press("Space")
    desk.wait_for_card("names the write")


def test_words_typed_before_the_deck_is_there_narrow_it_as_it_comes(desk: Desk):
    held: list[Route] = []
    desk.page.route("**/deck.json", lambda route: held.append(route))  # noqa: PLW0108 - it asks for a function
    desk.page.reload(wait_until="domcontentloaded")
    desk.page.locator("#search").fill("names write")
    while not held:
        desk.page.wait_for_timeout(10)
    held[0].continue_()
    desk.page.locator("body[data-shown]").wait_for()
    assert desk.titles() == ["What does a retry need?"]


def test_pictures_and_formulas_show(desk: Desk):
    desk.page.locator(".row").nth(1).click()
    desk.page.keyboard.press("Space")
    frame = desk.page.frame_locator("iframe").first
    frame.locator("mjx-container").wait_for()
    assert frame.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_a_save_shows_at_once_and_the_place_is_kept(desk: Desk, project: Path):
    desk.page.keyboard.press("Space")
    desk.wait_for_card("names the write")
    phone = desk.screens()[0]
    phone.evaluate("scrollTo(0, 500)")
    file = project / "ch01" / "notes.yaml"
    file.write_text(f"# a line above\n{NOTES.replace('names the write', 'names the ORDER')}")
    desk.wait_for_card("names the ORDER")
    expect(desk.page.locator("#place")).to_have_text("cards/ch01/notes.yaml:3")
    assert phone.evaluate("scrollY") == 500
    assert desk.text("#turn") == "Next card"


def test_a_broken_file_says_so_while_the_card_stays_and_mending_it_clears_that(desk: Desk, project: Path):
    file = project / "ch01" / "notes.yaml"
    file.write_text(NOTES.replace("answer: A **key**", "answer: [A **key**"))
    expect(desk.page.locator("#problems")).to_contain_text("yaml-syntax")
    expect(desk.page.locator("#problems")).to_contain_text("cards/ch01/notes.yaml:")
    expect(desk.page.locator("#state")).to_have_text("as it was before the error")
    expect(desk.page.locator("#findings")).to_contain_text("yaml-syntax")
    assert desk.text("#position") == "1 of 6 · day 1"
    desk.page.keyboard.press("Space")
    desk.wait_for_card("names the write")
    desk.choose("finding", "yaml-syntax (1)")
    assert desk.titles() == ["What does a retry need?"]
    desk.page.get_by_role("button", name="Show all").click()
    # What can be read goes on following the file.
    file.write_text(NOTES.replace("answer: A **key**", "answer: [A **key**").replace("atomic", "ATOMIC"))
    expect(desk.page.locator(".row .title").nth(2)).to_contain_text("ATOMIC")
    file.write_text(NOTES.replace("names the write", "is mended"))
    desk.wait_for_card("is mended")
    expect(desk.page.locator("#state")).to_be_hidden()
    expect(desk.page.locator("#problems")).not_to_contain_text("error")


def test_settings_that_cannot_be_read_leave_the_deck_as_it_was(desk: Desk, project: Path):
    settings = (project / "deckgen.yaml").read_text()
    (project / "deckgen.yaml").write_text("name: [")
    expect(desk.page.locator("#problems")).to_contain_text("deckgen.yaml:")
    assert desk.text("#deck-name") == "Test"
    assert desk.text("#position") == "1 of 6 · day 1"
    (project / "deckgen.yaml").write_text(f"{settings}theme: {{size: 24}}\n")
    expect(desk.page.locator("#problems")).not_to_contain_text("deckgen.yaml:")
    body = desk.page.frame_locator("iframe").first.locator("body")
    expect(body).to_have_css("font-size", "24px")


def test_notes_come_and_go_with_their_files(desk: Desk, project: Path):
    (project / "ch01" / "new.yaml").write_text(MORE.replace("blame", "new").replace("The other", "A third"))
    expect(desk.page.locator("#position")).to_have_text("1 of 7 · day 1")
    assert "A third team broke it." in desk.titles()
    (project / "ch01" / "notes.yaml").unlink()
    expect(desk.page.locator("#position")).to_have_text("1 of 2 · day 1")
    desk.wait_for_card("team broke it")


def test_a_picture_on_the_network_is_not_fetched(preview: Running, browser: Browser, project: Path):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        picture = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/far.png"
        (project / "ch01" / "more.yaml").write_text(MORE.replace("Blames.", f"'![far]({picture})'"))
        desk = Desk(browser, f"{preview.url}#ch01/blame:1")
        expect(desk.page.locator("#findings")).to_contain_text("media-remote")
        desk.page.keyboard.press("Space")
        desk.wait_for_card("I owned the mend")
        assert any("Content Security Policy" in error for error in desk.errors)
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    desk.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_nothing_bars_the_way_of_anyone(
    preview: Running, browser: Browser, project: Path, scheme: str, size: tuple[int, int]
):
    (project / "ch01" / "more.yaml").write_text(MORE.replace("says", "sais"))
    desk = Desk(browser, preview.url, size, scheme)
    expect(desk.page.locator("#problems")).to_contain_text("unknown-key")
    results = Axe().run(desk.page)
    assert results.violations_count == 0, results.generate_report()
    assert desk.page.evaluate("document.documentElement.scrollWidth") == size[0]
    if size[0] < 800:
        desk.page.get_by_role("button", name="Cards", exact=True).click()
        assert desk.titles()[0] == "What does a retry need?"
        results = Axe().run(desk.page)
        assert results.violations_count == 0, results.generate_report()
    desk.page.context.close()


def test_ctrl_c_ends_it_with_a_page_open_and_the_page_says_so(desk: Desk, preview: Running):
    assert preview.ctrl_c() == 0
    assert "Traceback" not in preview.stderr()
    expect(desk.page.locator("#connection")).to_contain_text("has ended")
    desk.errors.clear()  # the browser reports that the server is gone


def test_the_browser_is_opened_unless_told_not_to(project: Path):
    folder = project.parent
    script = folder / "open.sh"
    script.write_text(f'#!/bin/sh\necho "$1" > {folder / "opened"}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    with running("preview", "cards", cwd=folder, BROWSER=f"{script} %s") as command:
        url = command.line().split()[-1]
        for _ in range(100):
            if (folder / "opened").exists() and (folder / "opened").read_text():
                break
            time.sleep(0.05)
    assert (folder / "opened").read_text().strip() == url


def test_static_files_open_without_a_server(project: Path, browser: Browser):
    (project / "ch01" / "outline.yaml").write_text(TWO_SECTIONS)
    folder = project.parent / "a page"
    with running("preview", "cards", "--static", folder, cwd=project.parent) as command:
        assert command.line().startswith("Wrote ")
        assert command.process.wait(20) == 0
    desk = Desk(browser, f"{(folder / 'index.html').as_uri()}#ch01/picture:1")
    desk.page.keyboard.press("Space")
    frame = desk.page.frame_locator("iframe").first
    frame.locator("mjx-container").wait_for()
    assert frame.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    desk.choose("kind", "Red flag")
    desk.page.locator(".row").first.click()
    desk.wait_for_card("The other team broke it.")
    inside = folder.as_uri()
    assert not [url for url in desk.requests if not url.startswith((inside, "data:", "about:"))]
    assert not desk.errors
    results = Axe().run(desk.page)
    assert results.violations_count == 0, results.generate_report()
    desk.page.context.close()


def test_static_files_that_ctrl_c_prevented_are_no_success(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("deckgen.preview.static_page.write_static", interrupted)
    result = run("preview", project, "--static", project.parent / "page")
    assert result.exit_code == 130
    assert result.stderr.endswith("page is not complete.\n")


def test_static_files_are_served_on_no_port(project: Path, run: Run):
    result = run("preview", project, "--static", project.parent / "page", "--port", "8000")
    assert result.exit_code == 2
    assert "leave out --port" in result.stderr


def test_static_files_are_not_written_of_a_broken_deck(project: Path):
    (project / "ch01" / "more.yaml").write_text(MORE.replace("says", "sais"))
    folder = project.parent / "page"
    with running("preview", "cards", "--static", folder, cwd=project.parent) as command:
        assert command.process.wait(20) == 1
    assert "Nothing was written." in command.stderr()
    assert not folder.exists()


def _write_page(project: Path, folder: Path) -> tuple[int, str]:
    with running("preview", "cards", "--static", folder, cwd=project.parent) as command:
        return command.process.wait(30), command.stderr()


def test_static_files_are_not_written_while_lint_has_errors(project: Path):
    text = MORE.replace("I owned the mend.", "I owned the `mend.")
    (project / "ch01" / "more.yaml").write_text(text)
    code, said = _write_page(project, project.parent / "page")
    assert code == 1
    assert ": error " in said
    assert "Nothing was written." in said
    assert not (project.parent / "page").exists()


def test_a_later_page_leaves_nothing_of_an_earlier_one(project: Path):
    many = "".join(
        f"  - {{id: n{number}, covers: [other/third], text: 'The {{{{c1::n{number}}}}}.'}}\n"
        for number in range(120)
    )
    (project / "ch01" / "many.yaml").write_text(f"clozes:\n{many}")
    page = project.parent / "page"
    assert _write_page(project, page)[0] == 0
    assert {(page / name).exists() for name in ("notes/1.js", "media", "mathjax.js")} == {True}
    (project / "ch01" / "many.yaml").unlink()
    notes = NOTES.replace("'![A dot](dot.png) and $e = mc^2$'", "A dot.")
    (project / "ch01" / "notes.yaml").write_text(notes)
    assert _write_page(project, page)[0] == 0
    assert _write_page(project, project.parent / "new")[0] == 0
    names, expected = (
        sorted(path.relative_to(folder) for path in folder.rglob("*"))
        for folder in (page, project.parent / "new")
    )
    assert names == expected


def test_a_folder_of_other_files_is_not_written_into(project: Path):
    folder = project.parent / "site"
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    code, said = _write_page(project, folder)
    assert code == 1
    assert "site has files that no earlier preview wrote. Name a new folder, or an empty one." in said
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("index.html", "mine")]


def test_the_card_in_view_is_among_the_matches_and_none_is_shown_where_nothing_matches(desk: Desk):
    desk.page.keyboard.press("ArrowRight")
    desk.wait_for_card("What does the picture show?")
    desk.choose("kind", "Concept")
    assert desk.text("#position") == "2 of 2 · day 1"
    desk.choose("kind", "Red flag")
    assert desk.text("#note-id") == "ch01/blame"
    desk.wait_for_card("The other team broke it.")
    desk.page.locator("#search").fill("zebra")
    expect(desk.page.locator("main")).to_contain_text("No card matches the search and the filters.")
    expect(desk.page.locator("#stage")).to_be_hidden()
    expect(desk.page.locator(".about")).to_be_hidden()
    expect(desk.page.locator("#turn")).to_be_disabled()
    desk.page.locator("#clear").click()
    assert desk.text("#note-id") == "ch01/retry"
    desk.wait_for_card("What does a retry need?")


def test_a_search_on_a_phone_leaves_the_list_open(preview: Running, browser: Browser):
    desk = Desk(browser, preview.url, (360, 720))
    desk.page.locator("#toggle-list").click()
    expect(desk.page.locator(".row")).to_have_count(6)  # the deck has arrived
    desk.page.locator("#search").fill("other team")
    expect(desk.page.locator(".row")).to_have_count(1)
    expect(desk.page.locator("#side")).to_be_visible()
    desk.page.context.close()


def test_a_save_leaves_the_list_open_on_a_phone(preview: Running, project: Path, browser: Browser):
    desk = Desk(browser, preview.url, (360, 720))
    desk.page.locator("#toggle-list").click()
    expect(desk.page.locator(".row")).to_have_count(6)
    (project / "ch01/more.yaml").write_text("")
    expect(desk.page.locator(".row")).to_have_count(5)  # the deck was taken anew
    expect(desk.page.locator("#side")).to_be_visible()
    desk.page.context.close()


def test_the_place_says_that_it_was_copied(desk: Desk):
    desk.page.bring_to_front()  # a page in the background may not write to the clipboard
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.page.locator("#place").click()
    expect(desk.page.locator("#copied")).to_have_text("Copied")
    assert desk.page.evaluate("navigator.clipboard.readText()") == "cards/ch01/notes.yaml:2"
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.locator("#copied")).to_have_text("")


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_the_controls_take_one_row_and_the_title_is_whole(
    preview: Running, browser: Browser, width: int
):
    desk = Desk(browser, preview.url, (width, 720))
    middles = desk.page.locator(".top button, .top select").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(box => Math.round((box.top + box.bottom) / 2))"
    )
    assert len(set(middles)) == 1, middles
    assert desk.page.evaluate("document.documentElement.scrollWidth") == width
    assert desk.page.locator("#deck-name").evaluate("title => title.scrollWidth <= title.clientWidth")
    desk.page.context.close()


@pytest.mark.parametrize("phone", ["AnkiDroid", "AnkiMobile", "Old phone (Chrome 69)"])
def test_all_screens_are_above_the_fold_of_a_laptop(desk: Desk, phone: str):
    desk.choose("app", f"{phone} and desktop")
    desk.wait_for_card("What does a retry need?")
    bar = desk.page.locator(".bar").bounding_box()
    boxes = [frame.bounding_box() for frame in desk.page.locator(".glass").all()]
    assert len(boxes) == 4
    assert all(box["y"] + box["height"] <= bar["y"] for box in boxes)
    assert all(box["x"] + box["width"] <= 1440 for box in boxes)


def test_the_row_of_a_card_in_anki_browse_is_shown(desk: Desk):
    assert desk.page.locator("#browse span").all_inner_texts() == [
        "What does a retry need?",
        "Recall",
        "Concept · Test",
        "Test::01 One",
        "test::ch01::basics::first test::kind::concepts tier::core",
    ]


def test_the_list_is_in_the_order_in_which_anki_brings_new_cards(desk: Desk):
    assert desk.page.locator(".row .under").all_inner_texts() == [
        "Day 1 · Concept · Recall",
        "Day 1 · Concept · Recall",
        "Day 1 · Cloze · Cloze 1",
        "Day 1 · Red flag · Say it better",
        "Day 1 · Cloze · Cloze 2",
        "Cloze · Cloze 1\ndraft",
    ]
