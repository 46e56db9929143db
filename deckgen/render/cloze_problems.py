"""What is wrong with the deletions of a text, as problems for its author."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from deckgen.cloze.limits import MAX_CARD_NUMBER, MAX_DEPTH
from deckgen.cloze.parser import Clozes, Fault
from deckgen.cloze.tokens import Token
from deckgen.model.diagnostics import Code, Severity

CLOZE_SYNTAX = Code(
    "cloze-syntax",
    Severity.ERROR,
    "A cloze deletion is not written as Anki reads it",
    "A deletion is `{{c1::hidden}}` or `{{c1::hidden::hint}}`, with a number from 1 to "
    f"{MAX_CARD_NUMBER} (Anki makes no card for a higher one), or several: `{{{{c1,2::hidden}}}}`. "
    "Anki shows anything else as plain text, or drops what follows.",
    bad="text: Retries need {{c1:idempotent}} writes.",
    good="text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_UNCLOSED = Code(
    "cloze-unclosed",
    Severity.ERROR,
    "A cloze deletion is never closed",
    "Anki drops the text after it from the card.",
    bad="text: Retries need {{c1::idempotent writes.",
    good="text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_OUTSIDE = Code(
    "cloze-outside",
    Severity.WARNING,
    "A cloze deletion is in a place where it makes no card",
    "Deletions work only in the text of a cloze note. Elsewhere the card shows the braces.",
    bad="concepts:\n  - id: retries\n    prompt: Retries need {{c1::idempotent}} writes.",
    good="clozes:\n  - id: retries\n    text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_SEVERAL = Code(
    "cloze-several",
    Severity.WARNING,
    "A cloze deletion has several numbers",
    "Up to 25.09, Anki does not read a deletion with more than one number, and shows an error instead of the "
    "card. 26.09 hides the words on each of the cards.",
    bad="text: '{{c1,2::Retries}} need {{c1::idempotent}} writes.'",
    good="text: '{{c1::Retries}} need {{c2::idempotent}} writes.'",
)
CODES = (CLOZE_SYNTAX, CLOZE_UNCLOSED, CLOZE_OUTSIDE, CLOZE_SEVERAL)

_SYNTAX_FAULTS = {
    Fault.MISTYPED: (
        "`{mark}` is not a deletion: one starts with two braces, a Latin c, a number and two colons.",
        "Write `{{c1::…}}`, without spaces before the hidden words.",
    ),
    Fault.CAPITAL_C: ("`{mark}` is not a deletion: the c must be lower case.", "Write `{{c1::…}}`."),
    Fault.ONE_COLON: (
        "`{mark}` is not a deletion: the number needs two colons after it.",
        "Write `{{c1::…}}`.",
    ),
    Fault.NO_NUMBER: (
        "`{mark}` is not a deletion: it needs one number after the c.",
        "Write `{{c1::…}}`.",
    ),
    Fault.NUMBER_OUT_OF_RANGE: (
        f"`{{mark}}` makes no card: numbers go from 1 to {MAX_CARD_NUMBER}.",
        "Number deletions from c1 up.",
    ),
    Fault.NOTHING_HIDDEN: (
        "This deletion hides nothing.",
        "Write the hidden words after `::`, in backticks if they start with `::` themselves.",
    ),
    Fault.TOO_DEEP: (f"Anki reads at most {MAX_DEPTH} nested deletions.", "Remove a level."),
}


class MarkupProblem(NamedTuple):
    """What is wrong at an offset of a text."""

    code: Code
    offset: int
    message: str
    hint: str


def problems_of(source: str, clozes: Clozes) -> list[MarkupProblem]:
    """Return what is wrong with deletions where they make cards."""
    found = [_fault_problem(source, token, fault) for token, fault in clozes.faults]
    for deletion in clozes.deletions:
        mark = source[deletion.start : deletion.hidden]
        if "," in mark:
            message = f"`{mark}` makes cards only from Anki 26.09 on: older versions show an error."
            found.append(
                MarkupProblem(CLOZE_SEVERAL, deletion.start, message, "Give the deletion one number.")
            )
    return found


def problems_outside(tokens: Iterable[Token]) -> list[MarkupProblem]:
    """Return the deletions in a text where none makes a card."""
    hint = "Move the note to `clozes`, or write the words without braces."
    message = "A cloze deletion makes no card here."
    return [
        MarkupProblem(CLOZE_OUTSIDE, token.start, message, hint)
        for token in tokens
        if token.kind in ("open", "mistyped")
    ]


def _fault_problem(source: str, token: Token, fault: Fault) -> MarkupProblem:
    if fault in _SYNTAX_FAULTS:
        message, hint = _SYNTAX_FAULTS[fault]
        mark = source[token.start : token.end]
        return MarkupProblem(CLOZE_SYNTAX, token.start, message.replace("{mark}", mark), hint)
    where = "the text" if fault is Fault.UNCLOSED else "the code or the formula"
    hint = f"Close it with `}}}}` before {where} ends."
    return MarkupProblem(CLOZE_UNCLOSED, token.start, "This deletion is never closed.", hint)
