from deckgen.lint.rule import DECK, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView, NoteView


def front_key(note: NoteView) -> str:
    """Return a note's whole front without case, extra spaces and closing punctuation."""
    words = [" ".join(view.text.value.casefold().split()) for view in note.whole_front()]
    return "\n".join([each.rstrip(" .?!:") for each in words])


@rule(
    "duplicate-front",
    WARNING,
    "Two notes have the same front",
    "The reader cannot know which of the answers is wanted, and each review of one note weakens the other.",
    bad="""\
concepts:
  - id: skew-sign
    prompt: What shows a skewed key?
    answer: One task that runs far longer than the others.
  - id: skew-metric
    prompt: What shows a skewed key?
    answer: A shuffle partition many times the median size.
""",
    good="""\
concepts:
  - id: skew-sign
    prompt: What shows a skewed key in the list of tasks?
    answer: One task that runs far longer than the others.
  - id: skew-metric
    prompt: What shows a skewed key in the sizes of shuffle partitions?
    answer: One is many times the median.
""",
    group=DECK,
    source="Wozniak 11 (combat interference)",
    measured=Measured(15382, 190, 30, 30),
)
def check(deck: DeckView, _limits: Limits) -> Problems:
    """Report each note with the same front as an earlier one of its kind."""
    seen: dict[tuple[str, str], NoteView] = {}
    for note in deck.notes:
        key = front_key(note)
        if not key.strip():
            continue
        first = seen.setdefault((note.note.kind, key), note)
        if first is not note:
            span = first.note.id.span
            message = f"`{first.note.id.value}` has the same front ({span.path}, line {span.line})."
            place = note.whole_front()[0].start()
            hint = "Make the fronts differ, or delete one of the notes."
            yield Problem(place, message, hint, note=note.note)
