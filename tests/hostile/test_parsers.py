"""What Python's own parsers refuse ends in a finding or is passed by, and never in a traceback."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from conftest import MakeProject, Run
from test_what_cards_load import note_types

from deckgen.outline.read_chapter import take_outline
from deckgen.verify.package_reader import PackageError, read_notes

DIGITS = "9" * 5000  # Python makes no number of more than 4,300
CONCEPT = "concepts:\n  - {id: a, covers: [basics/first], prompt: What is P?, answer: A}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
ENCODINGS = ["gb2312", "shift_jis", "euc-jp", "utf-7", "utf-32", "foo", "rot13", "hex", "idna"]


def test_an_svg_in_an_encoding_that_is_not_known_is_a_warning(make_project: MakeProject, run: Run):
    files = {f"media/{name}.svg": f'<?xml version="1.0" encoding="{name}"?>{SVG}' for name in ENCODINGS}
    front = "".join(f'<img src="{name}.svg">' for name in ENCODINGS)
    result = run("check", make_project({**note_types([f"{front}{{{{Word}}}}"], [""]), **files}))
    said = "warning media-unread The file cannot be read: its encoding is not known here."
    assert result.stdout.count(said) == len(ENCODINGS)


def test_a_reference_to_a_character_may_have_any_number_of_digits(make_project: MakeProject, run: Run):
    reference, letter = f"&#{DIGITS};", f"&#{'0' * 5000}97;"
    front = f'<b title="{reference}">{{{{Word}}}}</b> <img src="{letter}.png">'
    files = note_types([front], [f"[sound:{reference}.mp3]<style>a {{ content: '{reference}' }}</style>"])
    note = f"concepts:\n  - {{id: z, prompt: 'What is `{reference}`?', answer: '![x](<{letter}.png>) {reference}'}}"
    result = run("check", make_project({**files, "media/a.png": "x"}, z=note))
    assert isinstance(result.exception, SystemExit)
    assert "media-missing" in result.stdout  # of the recording alone
    assert "media-unused" not in result.stdout


@pytest.mark.parametrize(
    "chapter",
    [
        f"+++\nweight = {DIGITS}\n+++\n# A\n\n- b",
        f"+++\nweight = {'[' * 5000}\n+++\n# A\n\n- b",
        f'# A\n\n<p title="&#{DIGITS};">b</p>\n\n- c',
        f"# A\n\n<table><tr><td>&#{DIGITS};</td></tr></table>\n\n- b",
        "# A\n\n<p>\n<![b[ c\n</p>\n\n- d",
        # Each of these would take minutes if what is never closed were looked for again and again.
        *(f"# A\n\n- b\n\n{each * 60_000}" for each in ("<!--", "<div ", "<div a='", "<p a=")),
    ],
    ids=lambda chapter: chapter[-8:],
)
def test_a_chapter_gives_its_outline_whatever_stands_in_it(chapter: str):
    draft, _ = take_outline(chapter.encode(), "a.md")
    assert draft is not None


def test_words_beside_what_no_tag_is_stay_in_the_outline():
    chapter = (
        "# A\n\n<p>a <b>bold</b> 1 < 2 <!-- gone --></p>\n\n<p>x <i never closed</p>\n\n<p>y <!-- open</p>\n"
    )
    draft, _ = take_outline(chapter.encode(), "a.md")
    assert draft is not None
    assert "bold" in str(draft)


@pytest.mark.parametrize("chapter", ["a/b", "../x", "/", "a//b"])
def test_an_id_of_a_chapter_with_a_slash_is_an_error(chapter: str, make_project: MakeProject, run: Run):
    root = make_project(a=CONCEPT)
    outline = root / "ch01/outline.yaml"
    outline.write_text(outline.read_text().replace("id: ch01", f"id: {chapter}"))
    for command in ("check", "build", "status"):
        assert "outline.yaml:1:5: error bad-id The id `" in run(command, root).output


@pytest.mark.parametrize("digits", [DIGITS, f"{'0' * 5000}9"])
def test_a_number_of_thousands_of_digits_is_an_error_or_no_time(
    digits: str, make_project: MakeProject, run: Run
):
    question = f"questions:\n  - {{id: q, ask: Take {digits} minutes., tests: T, structure: [S], rubric: [R], seconds: N}}\n"
    for seconds, expected in (("90", 0), (digits, 1)):
        result = run("check", make_project(a=question.replace("seconds: N", f"seconds: {seconds}")))
        assert len(re.findall("error bad-value `seconds` takes a whole number", result.stdout)) == expected


def test_a_package_with_a_name_that_is_no_text_is_damaged(tmp_path: Path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("é", "x")
    package = tmp_path / "a.apkg"
    package.write_bytes(data.getvalue().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(PackageError, match="damaged"):
        read_notes(package)
