"""Which note a finding is about: the entry of the file in which it stands."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from pathlib import Path

from deckgen.model.diagnostics import Finding
from deckgen.model.notes import Note
from deckgen.model.stage_cache import StageCache
from deckgen.model.text import Text
from deckgen.source.files import read_file
from deckgen.yaml.nodes import YamlMapping, YamlSequence, parse
from deckgen.yaml.syntax import YAML_SYNTAX, YAML_TAB


def findings_by_note(
    findings: Iterable[Finding],
    root: Path,
    notes: Iterable[Note],
    left_out: Mapping[str, Note],
    cache: StageCache,
) -> dict[str, tuple[Finding, ...]]:
    """Return the findings about each note by its full id.

    ``left_out`` are the notes that could be read before but not now.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.span.path, []).append(finding)
    if not by_path:
        return {}
    chapters = {note.id.path: note.chapter for note in (*notes, *left_out.values())}
    found: dict[str, tuple[Finding, ...]] = {}
    for path in by_path.keys() & chapters.keys():
        data, _ = read_file(root, path)
        entries = cache.get_or_run(f"entries {path}", _entries, data or b"", path)
        starts = [(line, f"{chapters[path]}/{name}" if name else "") for line, name in entries]
        starts += [(note.id.line, full) for full, note in left_out.items() if note.id.path == path]
        starts.sort()
        for finding in by_path[path]:
            note_id = _entry_at(starts, finding.span.line)
            # A syntax error removes its own entry from the file; the entry before it is not at fault.
            if note_id and (finding.code not in (YAML_SYNTAX, YAML_TAB) or note_id in left_out):
                found[note_id] = (*found.get(note_id, ()), finding)
    return found


def _entries(data: bytes, path: str) -> list[tuple[int, str]]:
    """Return the line and id of each entry; the line of a list itself comes with an empty id."""
    root, _ = parse(data, path)
    entries: list[tuple[int, str]] = []
    for key, node in root.entries.values() if isinstance(root, YamlMapping) else ():
        entries.append((key.line, ""))
        for item in node.items if isinstance(node, YamlSequence) else ():
            name = item.entries.get("id") if isinstance(item, YamlMapping) else None
            entries.append((item.span.line, name[1].value if name and isinstance(name[1], Text) else ""))
    return entries


def _entry_at(starts: list[tuple[int, str]], line: int) -> str:
    index = bisect_right(starts, line, key=lambda start: start[0])
    return starts[index - 1][1] if index else ""
