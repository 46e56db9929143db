"""No input whatever makes deckgen fall over: it reports, and goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.build.project_renderer import render_project
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline
from deckgen.yaml.nodes import parse

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}
REAL = [path.read_bytes() for path in sorted((REPOSITORY / "cards" / "ch36").glob("*.yaml"))]
DAMAGE = [b"\t", b"\x00", b"\xff", b"{", b"}", b"[", b"]", b"&a ", b"*a ", b"!x ", b"- ", b": ", b"'", b'"', b"|", b">",
          b"\n", b"\r", b"  ", b"#", b"%", b"@", b"`", b"---\n", b"{{c1::", b"}}", b"$", b"? ", b"<<: "]  # fmt: skip


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_gives_findings(data: st.DataObject):
    content = data.draw(st.sampled_from(REAL))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.sampled_from([0, 0, 1, 5, 200]))
        content = content[:at] + data.draw(st.sampled_from(DAMAGE)) + content[at + cut :]
    for findings in (
        read_notes(content, "a.yaml", "ch01", NOTE_TYPES)[1],
        read_outline(content, "outline.yaml", NOTE_TYPES, "Test")[1],
    ):
        lines = content.count(b"\n") + content.count(b"\r") + 2
        assert all(
            1 <= finding.span.line <= lines and finding.message and finding.hint for finding in findings
        )


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_parse_or_are_reported(data: bytes):
    parse(data, "a.yaml")


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b"{a: " * 100_000, b"- " * 100_000, b"a:\n" * 50_000, b"? " * 5_000, b"\n" * 100_000,
     b"".join(b" " * n + b"- \n" for n in range(1500)), b"a: &a [*a]\n", b"x" * 1_000_000],
    ids=["brackets", "braces", "dashes", "keys", "questions", "lines", "stairs", "loop", "word"],
)  # fmt: skip
def test_extreme_files_are_read_or_reported(data: bytes):
    _, findings = parse(data, "a.yaml")
    assert all(finding.span.line >= 1 for finding in findings)


def test_a_file_shows_a_hundred_faults_and_says_where_it_is_read_no_further():
    source = "concepts:\n" + "".join(f'  - id: a{number}\n    prompt: "open\n' for number in range(150))
    _, findings = parse(source.encode(), "a.yaml")
    assert [finding.span.line for finding in findings] == [3 + 2 * number for number in range(101)]
    assert "fault 101" in findings[-1].message


def test_a_folder_where_a_file_should_be_and_files_one_may_not_read(tmp_path: Path):
    (tmp_path / "deckgen.yaml").write_text("name: T\nid: t\n")
    chapter = tmp_path / "ch01"
    chapter.mkdir()
    (chapter / "outline.yaml").write_text("id: ch01\nnumber: 1\ntitle: One\nsections: []\n")
    (chapter / "notes.yaml").mkdir()
    (chapter / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    _, findings = render_project(tmp_path)
    assert "file-unreadable" in {finding.code.name for finding in findings}


def test_the_order_of_findings_and_notes_does_not_depend_on_the_file_system(monkeypatch):
    import os

    compiled, findings = render_project(REPOSITORY / "cards")
    real_walk = os.walk

    def shuffled(top, **options):
        for folder, folders, files in real_walk(top, **options):
            random.Random(7).shuffle(folders)
            random.Random(8).shuffle(files)
            yield folder, folders, files

    monkeypatch.setattr(os, "walk", shuffled)
    again, findings_again = render_project(REPOSITORY / "cards")
    assert (compiled.rendered, findings) == (again.rendered, findings_again)
