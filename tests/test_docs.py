"""Every command and example in the documents, run as a reader would run it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import REPOSITORY
from tutorial import shown

from deckgen.cli import COMMANDS
from deckgen.model.diagnostics import has_errors
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.yaml.nodes import YamlMapping, parse

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}


class Block(NamedTuple):
    """A fenced block: where it stands, its language, the words after it, and its text."""

    place: str
    language: str
    info: str
    text: str


def _blocks(language: str) -> list[Block]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text[: match.start()].count("\n") + 1
            place = f"{document.relative_to(REPOSITORY)}:{line}"
            body = re.sub(rf"^{match[1]}", "", match[4], flags=re.MULTILINE)
            found.append(Block(place, match[2], match[3].strip(), body))
    return [block for block in found if block.language == language]


def _steps(text: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output that follows it."""
    _, *parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


_LONE = [
    block for block in _blocks("console") if not block.place.startswith("docs/tutorial.md")
]  # see its test


@pytest.mark.parametrize("block", _LONE, ids=lambda block: block.place)
def test_a_command_in_the_documents_does_what_they_show(block: Block, tmp_path: Path):
    shutil.copytree(REPOSITORY / "cards", tmp_path / "cards")
    wanted = int(block.info.removeprefix("exit=") or 0)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    code = 0
    for command, expected in _steps(block.text):
        result = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        code = code or result.returncode
        assert shown(expected, result.stdout), f"{command}\n{result.stdout}"
    assert code == wanted


@pytest.mark.parametrize("block", _blocks("yaml"), ids=lambda block: block.place)
def test_an_example_in_yaml_is_accepted(block: Block):
    root, findings = parse(block.text.encode(), block.place)
    assert not findings
    if isinstance(root, YamlMapping) and root.entries.keys() & NOTE_TYPES.keys():
        notes, findings = read_notes(block.text.encode(), block.place, "ch36", NOTE_TYPES)
        assert notes
        assert not has_errors(findings), findings


def test_no_block_goes_untested():
    tested = {"console", "yaml", "sh"}
    languages = {match[2] for document in DOCUMENTS for match in _FENCE.finditer(document.read_text("utf-8"))}
    assert languages <= tested | {"json", "css", "html", "markdown", "python", "make", "text"}


def test_what_the_documents_tell_one_to_type_exists():
    """A ``sh`` block holds what takes too long for a test: a clone, make; each target and command exists."""
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    for block in _blocks("sh"):
        for line in block.text.splitlines():
            program, *arguments = shlex.split(line, comments=True) or [""]
            if program == "make":
                assert set(arguments) <= targets, f"{block.place}: {line}"
            elif program == "deckgen":
                assert arguments[0] in COMMANDS, f"{block.place}: {line}"


def test_every_link_to_a_file_leads_somewhere():
    for document in DOCUMENTS:
        prose = re.sub(r"`[^`]*`", "", _FENCE.sub("", document.read_text("utf-8")))
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", prose):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_note_in_the_readme_makes_the_card_in_its_picture():
    (block,) = [
        block for block in _blocks("yaml") if block.place.startswith("README") and "concepts" in block.text
    ]
    notes, _ = read_notes(block.text.encode(), "README.md", "ch36", NOTE_TYPES)
    shipped = sorted((REPOSITORY / "cards").rglob("*.yaml"))
    real = [
        note
        for file in shipped
        if file.name not in ("outline.yaml", "deckgen.yaml")
        for note in read_notes(file.read_bytes(), file.name, "ch36", NOTE_TYPES)[0]
    ]
    texts = [
        {key: getattr(value, "value", value) for key, value in note.fields.items()}
        for note in (*notes, *real)
    ]
    assert texts[0] in texts[1:]
