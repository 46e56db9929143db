r"""cloze-collision: Anki takes a part of the hidden text for a mark.

Outside code, ``::`` ends the hidden words and starts a hint, the first ``}}`` ends the deletion
(ankitects/anki, rslib/src/cloze.rs). In code spans deckgen writes both so that Anki sees text; elsewhere a
backslash does it: ``\:\:``, ``\}\}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.check.clozes import Deletion
from deckgen.check.rule import CLOZES, Limits, Measured, Problem, Rule
from deckgen.check.views import NoteView, TextView
from deckgen.diagnostics import Code, Severity
from deckgen.model import Edit

CODE = Code(
    "cloze-collision",
    Severity.ERROR,
    "Anki cuts the hidden text short",
    "In a deletion, `::` starts the hint and `}}` ends it. A cast, a path of C++ or Rust, or nested braces "
    "in the hidden text are cut there: the rest is shown on the front. Write such text as code, or with "
    "backslashes; `deckgen lint --fix` does.",
    bad="""\
clozes:
  - id: cast
    text: "PostgreSQL casts a column with {{c1::amount::numeric}}."
""",
    good="""\
clozes:
  - id: cast
    text: "PostgreSQL casts a column with {{c1::`amount::numeric`}}."
""",
)

# What follows `::` in a cast, or comes before it in a path: a hint is none of these.
_TYPE = re.compile(
    r"(?:u?int(?:eger|\d+)?|bigint|smallint|text|date|time(?:stamp)?(?:tz)?|numeric|decimal|float\d*|double|"
    r"real|bool(?:ean)?|jsonb?|uuid|varchar|char|interval|bytea|string|variant|array)\b"
    r"(?:\(\d+(?:, ?\d+)?\)|\[\])?\s*\Z",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(r"(?:^|\s)(?:std|boost|crate|self|super|Self|String|Vec|Option|Result|Arc|Box|Rc)\Z")
_NAME = re.compile(r"[\w()*\]\"'.]\Z")


def check(note: NoteView, _limits: Limits) -> Iterator[Problem]:
    """Report each place where the hidden text would be cut."""
    for view, found in note.deletions():
        for deletion in found:
            yield from _cut_by_colons(view, deletion)
            yield from _cut_by_braces(view, deletion)


def _cut_by_colons(view: TextView, deletion: Deletion) -> Iterator[Problem]:
    source = view.text.value
    # Of several separators the last one starts the hint, if what follows it can be one.
    for number, place in enumerate(deletion.separators):
        end = deletion.separators[number + 1] if number + 1 < len(deletion.separators) else deletion.close
        before, after = source[deletion.hidden : place], source[place + 2 : end]
        is_last = number + 1 == len(deletion.separators)
        if (is_last and not _is_code(before, after)) or not _NAME.search(before) or after[:1].isspace():
            continue
        hint = r"Write it as code, or as `\:\:`; `deckgen lint --fix` writes the latter."
        message = f"Anki takes `{source[place:end].strip()}` for the hint of this deletion."
        yield Problem(view.at(place), message, hint, edit=Edit(view.text, place, place + 2, r"\:\:"))


def _is_code(before: str, after: str) -> bool:
    return bool(_TYPE.match(after) and " " not in before.strip()) or _NAMESPACE.search(before) is not None


def _cut_by_braces(view: TextView, deletion: Deletion) -> Iterator[Problem]:
    source = view.text.value
    hidden = source[deletion.hidden : deletion.close]
    run = re.match(r"\}+", source[deletion.close :])
    extra = len(run.group()) - 2 if run else 0
    if extra > 0 and hidden.count("{") > hidden.count("}"):
        end = deletion.close + extra
        hint = r"Write it as code, or as `\}`; `deckgen lint --fix` writes the latter."
        message = f"Anki ends this deletion {extra} braces early."
        edit = Edit(view.text, deletion.close, end, r"\}" * extra)
        yield Problem(view.at(deletion.close), message, hint, edit=edit)


RULE = Rule(
    CODE,
    CLOZES,
    "Seen in Anki 26.09: ankitects/anki, rslib/src/cloze.rs",
    Measured(217, 1, 1, 1, "The only one there was: a set in braces, which Anki cuts."),
    check,
)
