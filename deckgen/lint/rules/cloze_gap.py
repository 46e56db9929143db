from deckgen.lint.rule import CLOZES, INFO, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView


@rule(
    "cloze-gap",
    INFO,
    "The numbers of deletions have a gap",
    "Anki makes cards for the numbers there are, so a gap does no harm, but it is often a slip. Renumber "
    "only what was never shipped: a number is a card, and a new number is a new card without its reviews.",
    bad="""\
clozes:
  - id: retry
    text: "A retry needs {{c1::backoff}} and {{c3::jitter}}."
""",
    good="""\
clozes:
  - id: retry
    text: "A retry needs {{c1::backoff}} and {{c2::jitter}}."
""",
    group=CLOZES,
    source="The Anki manual, Editing (cloze deletion)",
    measured=Measured(1542, 2, 2, 2),
    remark="All that there were: a number left out, and a note that starts at c2.",
    roles=("cloze",),
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the first number after a gap."""
    if any(clozes.faults for _, clozes in note.parsed_clozes()):  # a number may be among them
        return
    places = {
        number: view.at(deletion.start)
        for view, clozes in note.parsed_clozes()
        for deletion in reversed(clozes.deletions)
        for number in deletion.numbers
    }
    expected = 1
    for number in sorted(places):
        if number != expected:
            message = f"c{expected} is missing before c{number}."
            yield Problem(places[number], message, "Renumber from c1, if the note was never shipped.")
            return
        expected += 1
