import re

from deckgen.lint.english import AUXILIARIES, QUESTION_WORDS
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView

# "Have what ready before the call?" and "Do not retry what?" do not ask for yes or no.
_IMPERATIVE = r"(?:do\s+(?:not|what|which)|have\s+(?:what|which|how|an?|your))\b"
_OPENING = re.compile(
    rf"\s*(?:(?:in|for|with|on|given|under) [^,.?]{{1,40}}, )?(?!{_IMPERATIVE})(?:{AUXILIARIES})\b(?!,)"
)
# These ask for more: "Which mission is this? Is one who …", "Should it not occur, what does it become?"
_ASKS_WHICH = re.compile(
    rf"^\s*(?:which|what|who)\b|\bwhat (?:{AUXILIARIES}|\w+)$|\bwhat (?:{AUXILIARIES})\b"
)
_STATEMENT = re.compile(r"\s*true or false\b|\s*\[?t/f\b")
_VERDICT = re.compile(r"\s*(?:yes|no|true|false|yep|nope|not (?:really|always|necessarily))\b")


def takes_yes_or_no(front: TextView) -> bool:
    """Tell whether a front's last question starts with an auxiliary verb, or asks for true or false."""
    lower = front.lower
    if _STATEMENT.match(lower):
        return True
    sentences = re.split(r"[.!?:]\s", lower.rstrip().rstrip("?"))
    if any(_ASKS_WHICH.search(sentence) for sentence in sentences):
        return False
    return "?" in lower and _OPENING.match(sentences[-1]) is not None


def gives_verdict(answer: TextView) -> bool:
    """Tell whether an answer starts with yes, no, true or false."""
    return _VERDICT.match(answer.lower) is not None


def asks_for_reason(front: TextView) -> bool:
    """Tell whether the front also asks for a reason: ``Is it stable, and why?``."""
    return re.search(
        r"\b(?:why|how|what|which|when|explain)\b", front.lower.split("?", 1)[-1] or ""
    ) is not None or (
        re.search(rf"(?:,| and| if so| or)\s+(?:{QUESTION_WORDS})\b[^?]*\?\s*$", front.lower) is not None
    )


@rule(
    "yes-no",
    WARNING,
    "A question takes yes or no",
    "Every second guess is right, and after a few reviews one remembers the word, not the reason.",
    bad="""\
concepts:
  - id: retries
    prompt: Is it safe to retry an append?
    answer: "No."
""",
    good="""\
concepts:
  - id: retries
    prompt: Why is it unsafe to retry an append?
    answer: The first attempt may have written already, so the rows would be there twice.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts (no questions with two possible answers)",
    measured=Measured(13840, 42, 39, 39),
    remark="Questions that go on to ask what or which are left alone: on these it was wrong seven times of "
    "seven.",
    roles=("asks",),
    limits=(Limit("words", 4, "The most words of an answer that counts as a bare yes or no."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a question whose answer is a bare yes or no, or little more."""
    pair = note.pair()
    if pair is None or len(pair[1]) > 1 or len(pair[1][0].words) > limits["words"]:
        return
    front, answer = pair[0], pair[1][0]
    if "![" in answer.text.value or not takes_yes_or_no(front) or asks_for_reason(front):
        return
    if gives_verdict(answer) or " or " not in front.lower:
        hint = "Ask why, when or how, so that the answer shows the knowledge."
        yield Problem(front.start(), "The question can be answered by guessing yes or no.", hint)
