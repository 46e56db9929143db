"""Notes to fill in for points that are not taught yet, as YAML for a note file."""

import textwrap
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count

from deckgen.coverage.measure import PointCoverage
from deckgen.model.note_type import FieldDefinition, NoteType

_WIDTH = 90


def wanted_kinds(coverage: PointCoverage, note_types: Mapping[str, NoteType]) -> tuple[str, ...]:
    """Return the kinds of note to write for a point: those that it needs and lacks.

    One that lacks cards alone gets the first kind that it needs; without any, the project's first.
    """
    otherwise = coverage.point.needs[:1] or (next(iter(note_types)),)
    return coverage.missing_kinds or (() if coverage.is_taught else otherwise)


def stub_notes(
    wanted: Iterable[tuple[PointCoverage, Collection[str]]],
    note_types: Mapping[str, NoteType],
    taken: Collection[str],
) -> str:
    """Write a note to fill in for each point and kind.

    Args:
        wanted: points of one chapter, each with the kinds to write it in.
        note_types: by kind, in the order of the stubs.
        taken: the ids that notes of the chapter have already.

    Returns:
        A note file in YAML: each required field with what it is for, and no value. ``check`` names
        every value that is still empty.
    """
    by_kind: dict[str, list[str]] = {kind: [] for kind in note_types}
    ids = set(taken)
    for coverage, kinds in wanted:
        for kind in kinds:
            note_id = _free_id(coverage, kind, ids)
            ids.add(note_id)
            by_kind[kind].append(_stub(coverage, note_id, note_types[kind]))
    return "\n".join(f"{kind}:\n" + "\n".join(stubs) for kind, stubs in by_kind.items() if stubs)


def _free_id(coverage: PointCoverage, kind: str, taken: Collection[str]) -> str:
    point = coverage.point.id.value
    names = (point, f"{point}-{kind.replace('_', '-')}", f"{coverage.section.id.value}-{point}")
    numbered = (f"{point}-{number}" for number in count(2))
    return next(name for name in chain(names, numbered) if name not in taken)


def _stub(coverage: PointCoverage, note_id: str, note_type: NoteType) -> str:
    required = [field for field in note_type.fields if field.required and field.is_written]
    optional = [field.key for field in note_type.fields if not field.required and field.is_written]
    return "".join(
        [
            _comment(coverage.point.text.value, "  "),
            f"  - id: {note_id}\n    covers: [{coverage.local_id}]\n",
            *(_comment(field.about, "    ") + _empty(field) for field in required),
            _comment(f"Optional: {', '.join(optional)}" if optional else "", "    "),
        ]
    )


def _empty(field: FieldDefinition) -> str:
    return f"    {field.key}:\n" + ("      -\n" if field.type == "list" else "")


def _comment(text: str, indent: str) -> str:
    lines = textwrap.wrap(" ".join(text.split()), _WIDTH, break_on_hyphens=False)
    return "".join(f"{indent}# {line}\n" for line in lines)
