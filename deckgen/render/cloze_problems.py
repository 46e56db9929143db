"""What is wrong with the deletions of a text, as problems for its author."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from deckgen.cloze.limits import MAX_CARD_NUMBER
from deckgen.cloze.parser import Clozes, Fault
from deckgen.cloze.tokens import Token
from deckgen.model.diagnostics import Code, Severity

CLOZE_SYNTAX = Code(
    "cloze-syntax",
    Severity.ERROR,
    "A cloze deletion is not written as Anki reads it",
    "A deletion is `{{c1::hidden}}` or `{{c1::hidden::hint}}`, with a number from 1 to 500 (Anki makes "
    "no card for higher ones), or several: `{{c1,2::hidden}}`. Anki shows anything else as plain text, or "
    "drops what follows.",
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
    "A cloze deletion stands where it makes no card",
    "Deletions work in the text of a cloze note alone; elsewhere the braces show.",
    bad="concepts:\n  - id: retries\n    prompt: Retries need {{c1::idempotent}} writes.",
    good="clozes:\n  - id: retries\n    text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_SEVERAL = Code(
    "cloze-several",
    Severity.WARNING,
    "A cloze deletion has several numbers",
    "Anki up to 25.09 knows no deletion with more than one number: in place of the card it shows an error. "
    "26.09 hides the words on each of the cards.",
    bad="text: '{{c1,2::Retries}} need {{c1::idempotent}} writes.'",
    good="text: '{{c1::Retries}} need {{c2::idempotent}} writes.'",
)
CODES = (CLOZE_SYNTAX, CLOZE_UNCLOSED, CLOZE_OUTSIDE, CLOZE_SEVERAL)

_SYNTAX_FAULTS = {
    Fault.CAPITAL_C: ("`{mark}` is no deletion: the c is lower case.", "Write `{{c1::…}}`."),
    Fault.ONE_COLON: ("`{mark}` is no deletion: two colons follow the number.", "Write `{{c1::…}}`."),
    Fault.NO_NUMBER: ("`{mark}` is no deletion: it has no number.", "Write `{{c1::…}}`."),
    Fault.NUMBER_OUT_OF_RANGE: (
        f"`{{mark}}` makes no card: numbers go from 1 to {MAX_CARD_NUMBER}.",
        "Number deletions from c1 up.",
    ),
    Fault.NOTHING_HIDDEN: ("This deletion hides nothing.", "Write the hidden words after `::`."),
    Fault.TOO_DEEP: ("Deletions are nested too deep for Anki.", "Take one level out."),
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
            message = f"`{mark}` makes cards in the newest Anki alone: older ones show an error."
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
