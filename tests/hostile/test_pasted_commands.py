"""A command that a message proposes does what it says when pasted, whatever a project's files are called."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import OUTLINE, MakeProject, Run


@pytest.mark.parametrize(
    "name", ["$(touch pwned).md", "a b.md", "`touch pwned`.md", "; touch pwned;.md", "--force.md"]
)
def test_a_chapter_of_any_name_is_one_word_and_no_option(name: str, make_project: MakeProject, run: Run):
    quoted = name.replace("'", "''")
    outline = f"{OUTLINE}chapter: {{file: '{quoted}', digest: '0'}}\n"
    root = make_project({"ch01/outline.yaml": outline, f"ch01/{name}": "# One\n"})
    hint = re.search(r"`deckgen (.*) --diff outline\.yaml`", run("check", root).output)[1]
    command, chapter = shlex.split(hint)
    assert command == "outline"
    assert chapter in (name, f"./{name}")
    assert not chapter.startswith("-")


def test_an_outline_that_exists_is_one_word(run: Run, tmp_path: Path):
    (tmp_path / "one.md").write_text("# One (Chapter 1)\n\n- First point here\n")
    (tmp_path / "a b.yaml").write_text("")
    message = " ".join(run("outline", "one.md", "-o", "a b.yaml").output.split())
    assert "`--diff 'a b.yaml' --update`" in message
