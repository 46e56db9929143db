import re

from deckgen.lint.rule import KINDS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# The parts of STAR, each with other words that authors have for it.
_PARTS = {
    "situation": r"context|background|setting|scene|problems?|challenges?",
    "task": r"goals?|aims?|plans?|problems?|challenges?|obstacles?|missions?|role|responsibilit\w+|asked",
    "action": r"steps?|fix(?:es)?|approach|measures|response|what (?:i|we) did",
    "result": r"outcomes?|effects?|impact",
}
# A structure that has fewer of the parts by their own names is another scheme.
_BEGUN = 2
_NUMBER = re.compile(
    r"\d|\b(?:numbers?|figures?|measur\w+|metrics?|baseline|per cent|percent\w*|"
    r"how (?:many|much|long|often)|time[ -]to[ -]\w+|"
    r"minutes?|hours?|before and after|quantif\w+|amount|count|size|euros?|dollars?)\b"
)
# "Good: 4 of these 5" counts ticks: it asks for no number in the answer.
_GRADE = re.compile(r"\b(?:again|hard|good|easy):[^.;]*|\b(?:all )?\d+ of (?:these |the )?\d+\b")
# A story about a conflict is about what each side needed; asked for a number, people would invent one.
_BETWEEN_PEOPLE = re.compile(
    r"\b(?:disagree\w*|conflicts?|compromise\w*|misunderst\w+|consensus|difficult (?:person|people|colleague|"
    r"coworker|teammate)|feedback|get along)\b"
)


@rule(
    "question-thin",
    WARNING,
    "A question is too thin to grade oneself by",
    "A fluent answer feels like a good one. Only the rubric tells them apart: a few lines to tick off, at "
    "least one of which asks for a number. A STAR structure without its task trains one to leave it out.",
    bad="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: [Situation, Action, Result]
    rubric: [It was clear., It was calm.]
""",
    good="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: [Situation, Task, Action, Result]
    rubric:
      - Containment came before the cause.
      - "Two numbers: time to recover, and the size of the damage."
      - Nobody was blamed.
""",
    group=KINDS,
    source="deckgen's own: the point of the kind",
    measured=Measured(88, 65, 32, 29),
    remark="Tried on behavioural questions from six guides, with what interviewers look for as the rubric; "
    "nearly all ask for no number. Before conflicts and schemes other than STAR were left alone, it was "
    "wrong on 11 of 32.",
    roles=("rubric", "structure"),
    limits=(Limit("lines", 3, "The fewest lines that a rubric may have."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a short rubric, one that asks for no number, and a STAR structure that lacks a part."""
    rubric, structure = note.texts("rubric"), note.texts("structure")
    if rubric and len(rubric) < limits["lines"]:
        hint = f"Write {limits['lines']} lines or more that one can tick off."
        yield Problem(
            rubric[-1].start(),
            f"The rubric has {len(rubric)} {'line' if len(rubric) == 1 else 'lines'}.",
            hint,
        )
    between_people = any(_BETWEEN_PEOPLE.search(view.lower) for view in note.whole_front())
    if (
        rubric
        and structure  # one sentence, as in a red flag, needs no number
        and not between_people
        and not any(_NUMBER.search(_GRADE.sub("", view.lower)) for view in rubric + structure[-1:])
    ):
        hint = "Ask for one: how long it took, how much was lost."
        yield Problem(rubric[0].start(), "The rubric asks for no number.", hint)
    opening = " ".join(view.lower[:40] for view in structure)
    unnamed = [part for part in _PARTS if not re.search(rf"\b{part}s?\b", opening)]
    missing = [part for part in unnamed if not re.search(rf"\b(?:{_PARTS[part]})\b", opening)]
    if structure and missing and len(unnamed) <= len(_PARTS) - _BEGUN:
        hint = f"Add a line for {'it' if len(missing) == 1 else 'each'}."
        yield Problem(structure[0].start(), f"The structure lacks: {', '.join(missing)}.", hint)
