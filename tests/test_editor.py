"""A click into a field of Anki's own editor changes nothing: fields are written as it would leave them.

Where no browser is found these tests are skipped, and say so; in CI (``CI=true``) they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from anki_collection import Reader
from anki_editor import EditorPage
from anki_reviewer import NoBrowserError, anki_web, browser
from author import Author
from conftest import REPOSITORY, SECOND_DECK, Run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markup_cases import markup_cases, write_every_construct

from deckgen.render.markdown import to_html

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all of them


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditorPage]:
    someone = Reader(tmp_path_factory.mktemp("editor"))
    try:
        anki_web()
        with browser() as running:
            yield EditorPage(running.new_page(), someone)
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must open Anki's editor in a browser. {error}")
        pytest.skip(f"Anki's editor was not opened in a browser. {error}")
    finally:
        someone.close()


def _assert_left_alone(editor: EditorPage, fields: Sequence[str]) -> None:
    assert editor.click_through(fields) == list(fields)
    # Older browsers write < and > in attributes as they are, newer ones as entities.
    assert not [tag for html in fields for tag in re.findall(r"<[^>]*>", html) if re.search("&[lg]t;", tag)]


def _assert_deck_left_alone(editor: EditorPage, reader: Reader, package: Path) -> None:
    assert reader.import_package(package).new
    fields = sorted({html for texts, _ in reader.notes().values() for html in texts if html})
    for start in range(0, len(fields), 40):
        _assert_left_alone(editor, fields[start : start + 40])


def test_the_editor_rewrites_what_other_tools_write(editor: EditorPage):
    """And so changes a note that a reader only clicked into."""
    written = ["a &quot;b&quot;", "c<br />d", "<p>e<p>f", "{{c1::x&#58;&#58;y}}", r"\(" + "\nx\n" + r"\)"]
    left = ['a "b"', "c<br>d", "<p>e</p><p>f</p>", "{{c1::x::y}}", r"\(x\)"]
    assert editor.click_through(written) == left


def test_it_leaves_chapter_36_alone(editor: EditorPage, reader: Reader, run: Run, tmp_path: Path):
    assert run("build", REPOSITORY / "cards", "-o", "deck.apkg", "--frozen").exit_code == 0
    _assert_deck_left_alone(editor, reader, tmp_path / "deck.apkg")


def test_it_leaves_a_deck_in_japanese_alone(editor: EditorPage, reader: Reader, run: Run, tmp_path: Path):
    shutil.copytree(SECOND_DECK, tmp_path / "cards")
    assert run("build", "cards", "-o", "deck.apkg").exit_code == 0
    _assert_deck_left_alone(editor, reader, tmp_path / "deck.apkg")


def test_it_leaves_a_generated_deck_alone(
    editor: EditorPage, reader: Reader, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    from project import write_project

    write_project(tmp_path / "cards", 40)
    assert run("build", "cards", "-o", "deck.apkg").exit_code == 0
    _assert_deck_left_alone(editor, reader, tmp_path / "deck.apkg")


def test_it_leaves_every_construct_and_retired_notes_alone(
    editor: EditorPage, reader: Reader, tmp_path: Path
):
    author = Author(tmp_path)
    write_every_construct(author)
    author.build()
    _assert_deck_left_alone(editor, reader, author.package)
    (author.root / "ch01/notes.yaml").unlink()
    author.notes("ch01/other.yaml", concepts=[])
    author.build()
    assert reader.import_package(author.package).updated == 3
    for texts, _ in reader.notes().values():
        assert "retired" in "".join(texts)
        _assert_left_alone(editor, texts)


def test_it_leaves_each_construct_alone_by_itself(editor: EditorPage):
    fields = [to_html(source, clozes=name.startswith("cloze")).html for name, source, _ in markup_cases()]
    _assert_left_alone(editor, fields)


_PIECES = st.sampled_from(
    ["{{c1::", "{{c2::", "}}", "::", "\\:", "\\}", "}", ":", "`", "``", "$", "$$", "\n\n", "\n", "\n```sql\n", "a", "b c",
     "*", "**", "_", "~~", "<b>", "</b>", "<i>", "</i>", "<br>", "<br/>", "|", "\n|-|\n", "\\", "\\\\(", "\\\\)", "\\\\[",
     "\\\\]", "- ", "> ", "# ", "3. ", "![x](y)", "![", "](https://a.b/?c&d 'e')", "[", "<", ">", "&", '"', "'", "&nbsp;",
     "\u00a0", "&#13;", "&#0;", "&#31;", "&lt;", "&amp;quot;", "https://a.b/(c)", "<script>", "---", "é", "\t", "  "]
)  # fmt: skip


@given(st.lists(st.lists(_PIECES, max_size=14).map("".join), min_size=10, max_size=30), st.booleans())
@example(
    [
        r"`\(` `\)`",
        "`\\(a\u00a0b\\)`",
        "$a\u00a0b$",
        "$$\nx\n$$",
        "<b>a <i>b</b> c</i>",
        "![<b>a</b> $b$](c)",
        "<br>",
    ],
    False,
)
@settings(max_examples=30)
def test_it_leaves_any_text_alone(editor: EditorPage, texts: list[str], clozes: bool):
    _assert_left_alone(editor, [to_html(text, clozes=clozes).html for text in texts])
