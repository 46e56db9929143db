"""What reads the files of others, each as a function of a file's bytes: for the fuzzers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deckgen.build.manifest import entry_folder, load_manifest
from deckgen.cli.output import findings_text
from deckgen.lock.read import parse_lock
from deckgen.model.diagnostics import Finding
from deckgen.model.limits import most
from deckgen.model.notes import MediaFile
from deckgen.model.text import Text
from deckgen.outline.read_chapter import take_outline
from deckgen.source.media import MediaLibrary
from deckgen.source.media_risks import risks_of
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types, load_note_type
from deckgen.source.outline_files import read_outline
from deckgen.source.settings_file import read_settings
from deckgen.source.stories import read_stories
from deckgen.source.stylesheet import read_stylesheet
from deckgen.verify.package_reader import PackageError, ReadingLimits, read_contents

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}
_NOTE_TYPE = "name: Mine\nlist: mine\nfields: [{name: word, required: true}]\ncards: [{name: Define}]\n"
_LIMITS = ReadingLimits(collection=1 << 24, seconds=5)


def _stylesheet(data: bytes, folder: Path) -> list[Finding]:
    (folder / "a.css").write_bytes(data)
    return read_stylesheet(folder, Text("a.css", "deckgen.yaml"), MediaLibrary(folder))[2]


def _template(data: bytes, folder: Path) -> list[Finding]:
    (folder / "mine").mkdir()
    (folder / "mine/notetype.yaml").write_text(_NOTE_TYPE)
    for name in ("define.front.html", "define.back.html", "style.css"):
        (folder / "mine" / name).write_bytes(data)
    return load_note_type(folder, "mine", "", MediaLibrary(folder))[1]


def _note_type(data: bytes, folder: Path) -> list[Finding]:
    (folder / "mine").mkdir()
    (folder / "mine/notetype.yaml").write_bytes(data)
    return load_note_type(folder, "mine", "", MediaLibrary(folder))[1]


def _package(data: bytes, folder: Path) -> list[Finding]:
    (folder / "a.apkg").write_bytes(data)
    with suppress(PackageError):
        read_contents(folder / "a.apkg", _LIMITS)
    return []


def _svg(data: bytes, folder: Path) -> list[Finding]:
    (folder / "a.svg").write_bytes(data)
    return list(risks_of(MediaFile("a.svg", "a.svg", folder / "a.svg")))


def _manifest(data: bytes, _folder: Path) -> list[Finding]:
    kept = Path(entry_folder(("fuzz",)))
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "manifest").write_bytes(data)
    assert load_manifest(("fuzz",)) is None
    return []


Target = Callable[[bytes, Path], list[Finding]]
TARGETS: dict[str, Target] = {
    "notes": lambda data, _: read_notes(data, "a.yaml", "ch01", NOTE_TYPES)[1],
    "outline": lambda data, _: read_outline(data, "outline.yaml", NOTE_TYPES, "Test")[1],
    "settings": lambda data, _: read_settings(data, NOTE_TYPES)[1],
    "stories": lambda data, _: read_stories(data, [], {}, {})[1],
    "chapter": lambda data, _: take_outline(data, "a.md", tuple(NOTE_TYPES.values()))[1],
    "lock": lambda data, _: parse_lock(data.decode(errors="replace"), "deckgen.lock", "test")[1],
    "stylesheet": _stylesheet,
    "template": _template,
    "note_type": _note_type,
    "package": _package,
    "svg": _svg,
    "manifest": _manifest,
}

# A good file for each target, below the repository, which fuzzing starts from.
SEEDS = {
    "notes": "cards/ch36/ownership.yaml",
    "outline": "cards/ch36/outline.yaml",
    "settings": "cards/deckgen.yaml",
    "chapter": "tests/chapters/shapes.md",
    "lock": "cards/deckgen.lock",
    "stylesheet": "deckgen/note_types/base.css",
    "template": "deckgen/note_types/concept/recall.front.html",
    "note_type": "deckgen/note_types/concept/notetype.yaml",
    "svg": "tests/decks/tenmon/media/hokuto.svg",
}


def check(name: str, data: bytes) -> None:
    """Give a target some bytes; it may report whatever it likes, and each report can be printed."""
    assert len(data) < most("DECKGEN_MAX_FILE_MB") * 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        findings = TARGETS[name](data, Path(folder))
        text = findings_text(findings, Path(folder), colour=False)
    assert text.count("\n") == 2 * len(findings)
    json.dumps(text)
