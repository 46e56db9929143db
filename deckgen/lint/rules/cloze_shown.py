import re

from deckgen.cloze.parser import Deletion
from deckgen.lint.english import content_words
from deckgen.lint.plain_text import without_markup
from deckgen.lint.rule import CLOZES, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView


@rule(
    "cloze-shown",
    WARNING,
    "A cloze card shows what it hides",
    "The hidden words stand somewhere else in the text, or in what another card of the note hides. They are "
    "read off the front, and not recalled.",
    bad="""\
clozes:
  - id: late-events
    text: "{{c1::Watermarks}} bound how late an event may be; {{c2::events behind watermarks}} are dropped."
""",
    good="""\
clozes:
  - id: late-events
    text: "{{c1::Watermarks}} bound how late an event may be; later ones are {{c2::dropped}}."
""",
    group=CLOZES,
    source="Matuschak, How to write good prompts (effortful)",
    measured=Measured(13, 0),
    remark="Few clozes were at hand; the words are on the front, which is certainly a fault.",
    roles=("cloze",),
    limits=(Limit("letters", 5, "Hidden texts with fewer letters are left alone."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report each deletion whose words its own card shows elsewhere."""
    for view, clozes in note.parsed_clozes():
        for deletion in clozes.deletions:
            hidden = without_markup(view.text.value[deletion.hidden : deletion.hidden_end]).strip().lower()
            if len(hidden) < limits["letters"] or not content_words(hidden):
                continue
            words = rf"(?<!\w){re.escape(hidden)}(?!\w)"
            if re.search(words, _front(view, clozes.deletions, deletion)):
                message = f"The card that hides `{hidden}` shows it elsewhere."
                yield Problem(view.at(deletion.start), message, "Say the other place in other words.")


def _front(view: TextView, deletions: tuple[Deletion, ...], asked: Deletion) -> str:
    """Return what the card of a deletion shows of a text, in lower case."""
    shown = view.lower
    for other in deletions:
        if set(other.numbers) & set(asked.numbers):
            shown = shown[: other.start] + " " * (other.end - other.start) + shown[other.end :]
    return shown
