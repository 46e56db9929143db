import re
from collections.abc import Iterator

from deckgen.lint.rule import KINDS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
from deckgen.model.text import whole_number

_UNIT = r"(?:s|secs?|seconds?|Sekunden|秒)"
# As in "**Contain** (15 s): what is wrong", "Action: 45 seconds", "20 s: the result".
_PART = re.compile(
    rf"(?:\(|^\W*|[:,\u2013\u2014-] )(\d{{1,3}}) ?{_UNIT}(?:\)|[:.,]|\s*$|(?= [\u2013\u2014-] ))"
)
_TIME = rf"(?P<count>\d{{1,3}}|one|two|three)(?: ?(?P<unit>{_UNIT}|minutes?))"
# As in "30 seconds on the preparation, 40 on the run, 20 for the checks".
_PART_OF_ASK = re.compile(rf"(?<!\bhave )(?<!\bget )\b{_TIME}? (?:on|for) ")
# As in "You have two minutes", "Explain the outage in 60 seconds".
_TELL = "explain|tell|describe|walk|give|summari[sz]e|introduce|pitch"
_WHOLE_ASK = re.compile(
    rf"\b(?:you (?:have|get)|(?:{_TELL})\b[^.?!\n]{{0,200}} in) {_TIME}(?=\s*(?:[.,:;?!]|for\b|\Z))"
)
_COUNTS = {"one": 1, "two": 2, "three": 3}


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
    measured=Measured(12, 2),
    remark="On the timed answers of eight interview guides: one for 30 seconds took 44, another 31. "
    "Times that do not agree are certainly a fault.",
    roles=("seconds",),
    limits=(Limit("words_a_minute", 140, "How many words are said in a minute."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report times that are not the seconds, and a model answer that takes longer than they."""
    seconds = _seconds_of(note)
    if not seconds:
        return
    for view, total in _told(note):
        if total != seconds:
            message = f"By this text the answer takes {total} seconds, and it may take {seconds}."
            yield Problem(view.start(), message, "Change one of them, so that they agree.")
    for field in note.having("model"):
        words = sum(len(view.words) for view in field)
        takes = 60 * words // max(1, limits["words_a_minute"])
        if takes > seconds:
            message = (
                f"The model answer takes {takes} seconds to say ({words} words), and may take {seconds}."
            )
            hint = "Shorten it: what one may say in the time is a limit, not an aim."
            yield Problem(field[0].start(), message, hint)


def _told(note: NoteView) -> Iterator[tuple[TextView, int]]:
    """Yield each text that says how long the answer, or each of its parts, takes, and the seconds in all."""
    parts = note.texts("structure")
    told = [match for part in parts if (match := _PART.search(part.plain))]
    if parts and len(told) == len(parts):
        yield parts[0], sum(int(match[1]) for match in told)
    for ask in note.texts("context"):
        yield from ((ask, _seconds(whole)) for whole in _WHOLE_ASK.finditer(ask.lower))
        told = list(_PART_OF_ASK.finditer(ask.lower))
        if len(told) > 1 and any(match["unit"] for match in told):
            yield ask, sum(map(_seconds, told))


def _seconds(time: re.Match[str]) -> int:
    count = _COUNTS.get(time["count"]) or whole_number(time["count"]) or 0
    return 60 * count if (time["unit"] or "").startswith("minute") else count


def _seconds_of(note: NoteView) -> int:
    """Return how long the answer may take, as written or by default; 0 where neither says."""
    default = next((field.default for field in note.note_type.fields if field.role == "seconds"), "")
    text = next((view.text.value for view in note.texts("seconds")), default)
    return whole_number(text) or 0
