"""A reader's Anki of some version, in an environment of its own, told what to do over a pipe.

Each line of standard input is an order in JSON: whose collection (``scenario``), what the reader does
(``actions``), and the ``package`` that they then open; or the two files that the collection is exported to,
for Ankis of today and for older ones (``export``). Each line of standard output is what came of it.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from anki_collection import Reader


def snapshot(reader: Reader) -> dict[str, Any]:
    """Return all that an import could change, in JSON's own types."""
    notes = {}
    for note_id in reader.col.find_notes(""):
        note = reader.col.get_note(note_id)
        note_type = note.note_type()
        notes[note.guid] = {
            "fields": dict(note.items()),
            "tags": note.tags,
            "note_type": note_type["name"],
            "style": note_type["css"],
            "fronts": [template["qfmt"] for template in note_type["tmpls"]],
        }
    return {
        "notes": notes,
        "cards": sorted([*key, *values] for key, values in reader.cards().items()),
        "reviews": [list(row) for row in reader.reviews()],
        "note_types": sorted(reader.note_types()),
        "blank": sorted(map(list, reader.blank_cards())),
        "media": reader.media(),
    }


def obey(reader: Reader, order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order; return the collection before the import and after, and Anki's log."""
    if "export" in order:
        for legacy, package in enumerate(order["export"]):
            reader.export_package(Path(package), legacy=bool(legacy))
        return {}
    for name, *arguments in order["actions"]:
        getattr(reader, name)(*arguments)
    before = snapshot(reader)
    log = reader.import_and_list(Path(order["package"]))
    return {
        "before": before,
        "log": {heading: len(notes) for heading, notes in log.items()},
        "after": snapshot(reader),
    }


def main(folder: Path) -> None:
    """Obey until the orders end."""
    answers, sys.stdout = sys.stdout, sys.stderr  # some Ankis print that they were slow
    readers: dict[str, Reader] = {}
    for line in sys.stdin:
        order = json.loads(line)
        name = order["scenario"]
        try:
            reader = readers.get(name) or readers.setdefault(name, Reader(folder / name))
            report = obey(reader, order)
        except Exception:  # noqa: BLE001 - the test that asked for it shows it
            report = {"fault": traceback.format_exc()}
        answers.write(json.dumps(report) + "\n")
        answers.flush()
    for reader in readers.values():
        reader.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
