"""deckgen: Anki decks from YAML that a person can read and review.

The names in ``__all__`` are its Python API (docs/api.md). They are imported when they are first asked for
(PEP 562), so that the commands, which need none of them, start faster.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, which takes a while to import
if TYPE_CHECKING:
    from deckgen.api import (
        BuildError,
        CardDefinition,
        Changes,
        Chapter,
        Code,
        Count,
        Coverage,
        DeckgenError,
        FieldDefinition,
        Finding,
        MediaFile,
        Note,
        NoteType,
        Package,
        Point,
        PointCoverage,
        Project,
        ProjectNotFoundError,
        RenderedNote,
        Section,
        Settings,
        Severity,
        Span,
        Text,
        TypeChange,
        build_package,
        check_project,
        load_project,
    )

__version__ = "0.1.0"

__all__ = [
    "BuildError",
    "CardDefinition",
    "Changes",
    "Chapter",
    "Code",
    "Count",
    "Coverage",
    "DeckgenError",
    "FieldDefinition",
    "Finding",
    "MediaFile",
    "Note",
    "NoteType",
    "Package",
    "Point",
    "PointCoverage",
    "Project",
    "ProjectNotFoundError",
    "RenderedNote",
    "Section",
    "Settings",
    "Severity",
    "Span",
    "Text",
    "TypeChange",
    "build_package",
    "check_project",
    "load_project",
]


def __getattr__(name: str) -> object:
    """Import the API when one of its names is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deckgen import api  # noqa: PLC0415 - as above

    return getattr(api, name)
