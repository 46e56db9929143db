import re

from deckgen.lint.english import QUESTION_WORDS
from deckgen.lint.plain_text import without_code
from deckgen.lint.rule import PROMPTS, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView
from deckgen.model.diagnostics import Span

_AND = re.compile(rf"\s+and\s+(?=(?:{QUESTION_WORDS})\s+(?!not\b)\S+)")
# "What happens, and why?", "Why? Why not?": the second part asks about the same thing.
_CLOSING = re.compile(
    r"\s*(?:and\s+)?(?:why|why not|how|how so|what for|how come|if so, why|when|where)\s*\?\s*$"
)
_QUOTED = re.compile(r"[\"“\u2018][^\"”\u2019\n]*[\"”\u2019]|(?<!\w)'[^'\n]*'(?!\w)|\([^()\n]*\)")
# A sign of code, and no end of a question: `$?`, `.*?`, `x?.y`, `a ?? b`, `/api?q=1`, `x? means`.
_SIGN = re.compile(
    r"(?<!\S)\$\?|(?<=[.\])])[*+]\?|\\\?|\?(?=[\w.=&:\[])|(?<!\S)\?+(?!\s+[A-Z]|\s*\Z)"
    r"|(?<!\S)[a-z]\?(?=\s+[a-z])"
)


@rule(
    "compound-question",
    WARNING,
    "A card asks two questions",
    "Whoever knows one answer and not the other has no grade to press, and the harder half comes up too "
    "seldom.",
    bad="""\
concepts:
  - id: dead-letters
    prompt: What is a dead-letter queue and when do you drain it?
    answer: It holds messages that could not be processed; after the fault is mended.
""",
    good="""\
concepts:
  - id: dead-letters
    prompt: What ends up in a dead-letter queue?
    answer: Messages that could not be processed after all retries.
""",
    group=PROMPTS,
    source="Wozniak 4; Nielsen (atomic questions)",
    measured=Measured(13840, 402, 51, 46),
    remark="Wrong on a quotation with a question word, and on a picture asked about in two sentences.",
    roles=("asks",),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report where the second question begins; quoted ones do not count."""
    for front in note.fronts:
        lower = without_code(front.text.value, front.lower)  # `a ? b : c` asks nothing
        for sign in _SIGN.finditer(front.text.value) if lower.count("?") > 1 else ():
            lower = lower[: sign.start()] + " " * len(sign[0]) + lower[sign.end() :]
        if lower.count("?") > 1:
            unquoted = _QUOTED.sub(lambda match: " " * len(match.group()), lower)
            first = unquoted.find("?") + 1
            rest = unquoted[first:]
            if "?" in rest:
                if not _CLOSING.match(rest):
                    yield _problem(front.at(first))
                continue
        elif "?" not in lower:
            continue
        match = _AND.search(lower) if "and" in lower else None
        if (
            match
            and re.search(rf"\b(?:{QUESTION_WORDS})\b", lower[: match.start()])
            and "?" in lower[match.end() :]
        ):
            yield _problem(front.at(match.end()))


def _problem(span: Span) -> Problem:
    return Problem(span, "The card asks a second question.", "Make a note of each question.")
