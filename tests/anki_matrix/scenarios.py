"""What an author does over several builds, and what each import shall then do: data, for every Anki."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from author import cloze, concept
from foreign_packages import BUILD_TIME, NoteSpec, NoteTypeSpec


@dataclass(frozen=True)
class Step:
    """One build and its import.

    The author writes ``files`` (None deletes one) and, as ``ch01/notes.yaml``, ``notes``; or a package of
    genanki's holds ``packaged``. The reader then does ``reader``: methods of ``Reader`` with their
    arguments. Anki shall count ``new`` to ``conflicting`` notes and add ``cards``; ``blank`` cards shall
    be blank then. ``fields`` and ``tags`` are what notes, known by their first field, shall hold;
    ``shown`` is what the note type of all shall have in its styling and fronts.
    """

    files: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
    packaged: Sequence[NoteSpec] | None = None
    reader: Sequence[tuple[Any, ...]] = ()
    new: int = 0
    updated: int = 0
    untouched: int = 0
    conflicting: int = 0
    cards: int = 0
    blank: int = 0
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""
    note_types: int = 1


REVIEWS = (("answer", 50),)
A, B = concept("a"), concept("b")
TWO = Step(notes={"concepts": [A, B]}, new=2, cards=2)


def _edit(**more: Any) -> dict[str, Any]:
    return {"concepts": [{**A, **more}, B]}


def _term(front: str = "{{Word}}", style: str = "") -> dict[str, Any]:
    return {
        "notetypes/term/notetype.yaml": {
            "name": "Term",
            "list": "terms",
            "fields": [{"name": "word", "required": "true"}, {"name": "meaning"}],
            "cards": [{"name": "Define"}],
        },
        "notetypes/term/define.front.html": front,
        "notetypes/term/define.back.html": "{{Meaning}}",
        "notetypes/term/style.css": style,
    }


_LAG = {"id": "lag", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}

# The experiment that the spare slots rest on: a note type with room from its first release.
_ROOMY = NoteTypeSpec(
    name="Roomy",
    fields=("Front", "Back", "Spare 1", "Spare 2"),
    fronts=("{{Front}}", "{{#Spare 2}}{{Spare 2}}{{/Spare 2}}"),
    ids=True,
)
_FURNISHED = replace(
    _ROOMY,
    fields=("Front", "Back", "Example", "Reverse prompt"),
    fronts=("{{Front}}", "{{#Reverse prompt}}{{Reverse prompt}}{{/Reverse prompt}}"),
    mod=BUILD_TIME + 1,
)
_CROWDED = replace(_FURNISHED, fields=(*_FURNISHED.fields, "Fifth"), mod=BUILD_TIME + 2)


def _roomy(note_type: NoteTypeSpec, mod: int, rest: tuple[str, ...]) -> list[NoteSpec]:
    return [
        NoteSpec("one", ("First", "1", *rest), note_type, mod=BUILD_TIME + mod),
        NoteSpec("two", ("Second", "2", *rest), note_type, mod=BUILD_TIME + mod),
    ]


# Two traps that any package can meet: docs/verify.md.
_BOTH = replace(_ROOMY, name="Both", fronts=("{{Front}} {{Back}}",))
_SWAPPED = replace(_BOTH, fields=("Front", "Spare 1", "Back", "Spare 2"), mod=BUILD_TIME + 1)
_NARROW = NoteTypeSpec(fronts=("{{Front}}", "{{#Back}}Back: {{Back}}{{/Back}}"))
_WIDENED = replace(_NARROW, fronts=("{{Front}}", "{{Back}}"), mod=BUILD_TIME + 1)

SCENARIOS: dict[str, tuple[Step, ...]] = {
    "nothing changed": (TWO, Step(reader=REVIEWS, untouched=2)),
    "one note edited, then edited again": (
        TWO,
        Step(
            notes=_edit(answer="Better"),
            reader=REVIEWS,
            updated=1,
            untouched=1,
            fields={"What is a?": {"Answer": "Better"}},
        ),
        Step(
            notes=_edit(answer="Best"),
            reader=REVIEWS,
            updated=1,
            untouched=1,
            fields={"What is a?": {"Answer": "Best"}},
        ),
        Step(untouched=2),
    ),
    "a note added": (
        TWO,
        Step(notes={"concepts": [A, concept("c"), B]}, reader=REVIEWS, new=1, untouched=2, cards=1),
    ),
    "a tag of the author's": (
        TWO,
        Step(notes=_edit(tags=["mine"]), reader=REVIEWS, updated=1, untouched=1, tags={"What is a?": "mine"}),
    ),
    "an optional card": (
        TWO,
        Step(notes=_edit(reverse="What is A?"), reader=REVIEWS, updated=1, untouched=1, cards=1),
    ),
    "the reader tags and edits notes that the author leaves alone": (
        Step(notes={"concepts": [A, B, concept("c")]}, new=3, cards=3),
        Step(
            notes={"concepts": [{**A, "answer": "Better"}, B, concept("c")]},
            reader=(
                *REVIEWS,
                ("add_tag", '"What is b?"', "marked"),
                ("edit", '"What is c?"', "Example", "My own"),
            ),
            updated=1,
            untouched=2,
            fields={"What is a?": {"Answer": "Better"}, "What is c?": {"Example": "My own"}},
            tags={"What is b?": "marked"},
        ),
    ),
    "the author edits a note that the reader tagged": (
        TWO,
        Step(
            notes=_edit(answer="Better"),
            reader=(*REVIEWS, ("add_tag", '"What is b?"', "marked")),
            updated=1,
            untouched=1,
            tags={"What is b?": "marked"},
        ),
        Step(
            notes={"concepts": [{**A, "answer": "Better"}, {**B, "answer": "Better too"}]},
            reader=REVIEWS,
            updated=1,
            untouched=1,
            fields={"What is b?": {"Answer": "Better too"}},
        ),
    ),
    "a picture edited": (
        Step(
            files={"media/lag.png": "one"},
            notes=_edit(example="![Lag](lag.png)"),
            new=2,
            cards=2,
        ),
        Step(files={"media/lag.png": "two"}, reader=REVIEWS, updated=1, untouched=1),
    ),
    "a deletion added to a cloze, and one removed": (
        Step(notes={"clozes": [cloze("z", "{{c1::x}} {{c2::y}}")]}, new=1, cards=2),
        Step(
            notes={"clozes": [cloze("z", "{{c1::x}} {{c2::y}} {{c3::z}}")]},
            reader=REVIEWS,
            updated=1,
            cards=1,
        ),
        Step(
            notes={"clozes": [cloze("z", "{{c1::x}} y {{c3::z}}")]},
            reader=REVIEWS,
            updated=1,
            blank=1,
        ),
    ),
    "a note type's styling and template edited": (
        Step(files=_term(), notes={"terms": [_LAG]}, new=1, cards=1),
        Step(files=_term(style=".card { color: teal }"), reader=REVIEWS, untouched=1, shown="color: teal"),
        Step(files=_term(front="Define {{Word}}"), reader=REVIEWS, untouched=1, shown="Define {{Word}}"),
    ),
    "a removed note is retired and comes back": (
        TWO,
        Step(notes={"concepts": [B]}, reader=REVIEWS, updated=1, untouched=1),
        Step(notes={"concepts": [B]}, reader=REVIEWS, untouched=2),
        Step(
            notes={"concepts": [A, B]},
            reader=REVIEWS,
            updated=1,
            untouched=1,
            fields={"What is a?": {"Retired": "", "Answer": "A"}},
        ),
    ),
    "a renamed id with its alias": (
        TWO,
        Step(
            notes={"concepts": [{**A, "id": "renamed", "aliases": ["a"]}, B]},
            reader=REVIEWS,
            untouched=2,
        ),
        Step(
            notes={"concepts": [{**A, "id": "renamed", "answer": "Better"}, B]},
            reader=REVIEWS,
            updated=1,
            untouched=1,
        ),
    ),
    "spare slots put to use": (
        Step(packaged=_roomy(_ROOMY, 0, ("", "")), new=2, cards=2),
        Step(
            packaged=_roomy(_FURNISHED, 1, ("An example", "Back to front?")),
            reader=REVIEWS,
            updated=2,
            cards=2,
            fields={"First": {"Example": "An example", "Reverse prompt": "Back to front?"}},
            shown="{{#Reverse prompt}}",
        ),
        Step(
            packaged=[
                *_roomy(_CROWDED, 2, ("", "", "beyond the slots")),
                NoteSpec("three", ("Third", "3", "", "", "5"), _CROWDED),
            ],
            reader=REVIEWS,
            new=1,
            conflicting=2,
            cards=1,
            note_types=2,
        ),
    ),
    "a field takes the name that another had, and Anki turns the template to the other": (
        Step(packaged=_roomy(_BOTH, 0, ("", "")), new=2, cards=2),
        Step(
            packaged=_roomy(_SWAPPED, 0, ("", "")),
            reader=REVIEWS,
            untouched=2,
            shown="{{Front}} {{Spare 1}}",
        ),
    ),
    "a front that changes makes Anki itself add the cards that it wants": (
        Step(packaged=[NoteSpec("a", ("First", "1"), _NARROW, ordinals=(0,))], new=1, cards=1),
        Step(
            packaged=[NoteSpec("a", ("First", "1"), _WIDENED, ordinals=(0,))],
            reader=REVIEWS,
            untouched=1,
            cards=1,
        ),
    ),
}
