"""What a process imports, and makes ready, before it does its work: most of the time of an edit and of ``--help``."""

from __future__ import annotations

import ast
import copy
import html
import os
import pickle
import re
import subprocess
import sys
import time
from typing import Any

import pytest
from desk import Desk, project

from deckgen.escaping import escape, unescape
from deckgen.lean_imports import late_patterns

# Runs the command line, and says as it ends what it took.
SCRIPT = """
import atexit, gc, re, sys
compiled = []
compile_now = re._compiler.compile

def compile_and_tell(pattern, flags=0):
    frame = sys._getframe()
    while frame.f_globals["__name__"] in (__name__, "re", "deckgen.lean_imports"):
        frame = frame.f_back
    compiled.append((frame.f_globals["__name__"], pattern))
    return compile_now(pattern, flags)

re._compiler.compile = compile_and_tell

def report():
    ours = [vars(module).values() for name, module in sys.modules.items() if name.startswith("deckgen")]
    classes = {value for values in ours for value in values if isinstance(value, type)}
    tuples = [f"{one.__module__}.{one.__name__}" for one in classes if hasattr(one, "_fields")]
    print(([*sys.modules], compiled, tuples, gc.get_freeze_count()))

atexit.register(report)
from deckgen.cli import main
main()
"""


def _taken(
    *arguments: str, desk: Desk | None = None
) -> tuple[set[str], list[tuple[str, Any]], list[str], int]:
    """Return what a command imports, which patterns it compiles, our named tuples, and how much is frozen."""
    environment = {**os.environ, **({"XDG_CACHE_HOME": str(desk.cache)} if desk else {})}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=desk.folder if desk else None,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    modules, compiled, tuples, frozen = ast.literal_eval(result.stdout.splitlines()[-1])
    return set(modules), compiled, tuples, frozen


@pytest.fixture
def edited(tmp_path) -> Desk:
    """Return a project that was built, and of which one note was edited since."""
    desk, files = Desk(tmp_path), project()
    desk.write(files)
    time.sleep(0.1)  # what was saved as a build began would be looked at again
    desk.beside()
    files["ch01/b.yaml"]["concepts"][0]["answer"] = "Another answer"
    desk.write(files)
    time.sleep(0.1)
    return desk


def test_an_edit_takes_no_more_than_it_needs(edited: Desk):
    modules, compiled, tuples, _ = _taken("build", "cards", desk=edited)
    assert "deckgen.again.part" in modules
    assert not {"click", "genanki", "html", "inspect", "json", "pygments", "tempfile", "tinycss2"} & modules
    assert not {"typing_extensions", "deckgen.cli.build", "deckgen.render.masks"} & modules
    assert not tuples  # each is put together anew, as source text: a value costs a fifth of that
    ours = [pattern for module, pattern in compiled if module.startswith("deckgen")]
    assert len(ours) <= 8, ours  # what every text, note type and template is matched with
    others = {module for module, _ in compiled if not module.startswith("deckgen")}
    assert others <= {"urllib.parse", "glob"}  # pathlib imports glob from Python 3.13 on


def test_help_takes_no_more_than_click():
    modules, compiled, _, _ = _taken("--help")
    assert "click" in modules
    assert not {"yaml", "msgspec", "comrak", "pathlib", "deckgen.values", "deckgen.cli.build"} & modules
    assert {module for module, _ in compiled} <= {"click._compat", "locale", "textwrap"}


@pytest.mark.parametrize("arguments", [("--help",), ("explain", "yaml-tab")])
def test_what_was_imported_is_not_looked_through_as_the_process_ends(arguments: tuple[str, ...]):
    assert _taken(*arguments)[3] > 1000


@pytest.mark.parametrize(
    "text", ["", "plain", "a & b", "<b>", "a \"quote\" and an 'other'", "&amp; &nbsp &#39;"]
)
def test_escaping_is_the_standard_library_s(text: str):
    assert escape(text) == html.escape(text)
    assert escape(text, quote=False) == html.escape(text, quote=False)
    assert unescape(text) == html.unescape(text)


# Patterns that are compiled late


def _late(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
    with late_patterns():
        return re.compile(pattern, flags)


def test_a_late_pattern_is_compiled_when_it_is_first_used():
    pattern = _late("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        pattern.match("a")


def test_a_late_pattern_does_what_a_pattern_does():
    pattern = _late(r"(?P<word>\w+) (\d)", re.IGNORECASE)
    assert isinstance(pattern, re.Pattern)
    assert pattern.fullmatch("a 1")
    assert pattern.sub(r"\2", "a 1, b 2") == re.sub(pattern, r"\2", "a 1, b 2") == "1, 2"
    assert re.split(pattern, "a 1") == ["", "a", "1", ""]
    assert (pattern.groups, pattern.groupindex["word"], pattern.flags) == (2, 1, re.IGNORECASE | re.UNICODE)
    assert re.compile(pattern) is pattern
    for copied in (copy.copy(pattern), copy.deepcopy(pattern), pickle.loads(pickle.dumps(pattern))):  # noqa: S301
        assert copied == re.compile(pattern.pattern, re.IGNORECASE)
    assert _late(b"a").search(b"ba")


def test_outside_the_imports_patterns_are_compiled_at_once():
    compile_now = re.compile
    with pytest.raises(ImportError), late_patterns():
        import no_such_module  # noqa: F401
    assert re.compile is compile_now


def test_libraries_imported_with_late_patterns_do_what_they_did():
    script = (
        "import datetime, sys, deckgen.positioned_yaml, deckgen.cli.group, platform, textwrap, yaml\n"
        "assert type(yaml.reader.Reader.NON_PRINTABLE).__name__ == 'LatePattern'\n"
        "text = 'a: 2026-11-24\\nb: 1.5\\nc: yes\\nd: 0x1f\\ne: ~\\nf: !!timestamp 2026-11-24 12:00:00\\ng: 12:30:45'\n"
        "assert yaml.safe_load(text) == {'a': datetime.date(2026, 11, 24), 'b': 1.5, 'c': True, 'd': 31, 'e': None,\n"
        "    'f': datetime.datetime(2026, 11, 24, 12), 'g': 45045}, yaml.safe_load(text)\n"
        "assert yaml.safe_dump(yaml.safe_load('a: \"yes\"')) == \"a: 'yes'\\n\"\n"
        "try: yaml.safe_load('a: \\0')\n"
        "except yaml.reader.ReaderError as error: assert error.position == 3\n"
        "else: raise AssertionError\n"
        "assert textwrap.fill('some words, well-known', 12) == 'some words,\\nwell-known'\n"
        "assert textwrap.dedent(' a\\n  b') == 'a\\n b'\n"
        "assert platform.python_version() == '.'.join(map(str, sys.version_info[:3]))\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
