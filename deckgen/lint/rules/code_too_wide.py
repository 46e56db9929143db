from deckgen.lint.rule import INFO, TEXT, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, code_block_ranges


@rule(
    "code-too-wide",
    INFO,
    "A line of code is wider than a phone",
    "In type of 14 pixels, a phone 360 pixels wide shows some 40 characters a line. Longer lines are "
    "wrapped, which hides the indentation.",
    bad="""\
concepts:
  - id: backoff
    prompt: Which wait follows the n-th failure?
    answer: |
      ```python
      wait = min(longest, base * 2 ** n) * random.uniform(0.5, 1.0)
      ```
""",
    good="""\
concepts:
  - id: backoff
    prompt: Which wait follows the n-th failure?
    answer: |
      ```python
      wait = min(longest, base * 2 ** n)
      ```
""",
    group=TEXT,
    source="Measured in Chromium at 360 pixels",
    measured=Measured(15382, 74, 12, 12),
    remark="Right means that the line is too wide; whether it hurts was not judged.",
    limits=(Limit("columns", 40, "The most characters that a line of code may have."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first line of each code block that is too wide."""
    for view in note.views_with("```", "~~~"):
        source = view.text.value
        for start, stop in code_block_ranges(source):
            offset = start
            for line in source[start:stop].split("\n"):
                if len(line) > limits["columns"]:
                    message = f"This line of code has {len(line)} characters."
                    hint = f"Break it before the {limits['columns']}th, or show less of the code."
                    yield Problem(view.at(offset + limits["columns"]), message, hint)
                    break
                offset += len(line) + 1
