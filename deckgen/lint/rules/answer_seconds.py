import re

from deckgen.lint.rule import KINDS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# As in "**Contain** (15 s): what is wrong".
_SECONDS = re.compile(r"\((\d{1,3}) ?(?:s|sec|seconds|Sekunden|秒)\)")


@rule(
    "answer-seconds",
    WARNING,
    "An answer does not fit its seconds",
    "One practises against the clock. Parts that add up to another time, or a model answer that takes longer "
    "than it may, teach a pace that nobody can keep.",
    bad="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: ["Situation (10 s)", "Task (10 s)", "Action (50 s)", "Result (30 s)"]
    rubric: [Containment came before the cause., "Two numbers: time and damage.", Nobody was blamed.]
    seconds: 90
""",
    good="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: ["Situation (10 s)", "Task (10 s)", "Action (45 s)", "Result (25 s)"]
    rubric: [Containment came before the cause., "Two numbers: time and damage.", Nobody was blamed.]
    seconds: 90
""",
    group=KINDS,
    source="deckgen's own: sums; 140 words a minute are the pace of calm speech",
    measured=Measured(0, 0),
    remark="No published deck gives seconds. A wrong sum is certainly a fault.",
    roles=("seconds",),
    limits=(Limit("words_a_minute", 140, "How many words are said in a minute."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report parts that do not add up to the seconds, and a model answer that takes longer than they."""
    seconds = _seconds_of(note)
    if not seconds:
        return
    parts = note.texts("structure")
    told = [match for part in parts if (match := _SECONDS.search(part.text.value))]
    total = sum(int(match[1]) for match in told)
    if parts and len(told) == len(parts) and total != seconds:
        message = f"The parts take {total} seconds, the answer may take {seconds}."
        yield Problem(parts[0].start(), message, "Change one of them, so that they agree.")
    for field in note.having("model"):
        words = sum(len(view.words) for view in field)
        takes = 60 * words // max(1, limits["words_a_minute"])
        if takes > seconds:
            message = (
                f"The model answer takes {takes} seconds to say ({words} words), and may take {seconds}."
            )
            hint = "Shorten it: what one may say in the time is a limit, not an aim."
            yield Problem(field[0].start(), message, hint)


def _seconds_of(note: NoteView) -> int:
    """Return how long the answer may take, as written or by default; 0 where neither says."""
    default = next((field.default for field in note.note_type.fields if field.role == "seconds"), "")
    text = next((view.text.value for view in note.texts("seconds")), default)
    return int(text) if text.isascii() and text.isdigit() else 0
