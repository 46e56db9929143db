import re

from deckgen.lint.rule import TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_IMAGE = re.compile(r"!\[\s*\]\((?!\S+\.(?:mp3|m4a|ogg|oga|opus|wav|flac|mp4|webm)\b)")


@rule(
    "image-no-alt",
    WARNING,
    "A picture has no description",
    "A screen reader reads the file's name; and when the picture fails to load, the card is empty.",
    bad="""\
concepts:
  - id: lineage
    prompt: Which tables hold the bad rows?
    answer: "![](lineage.png)"
""",
    good="""\
concepts:
  - id: lineage
    prompt: Which tables hold the bad rows?
    answer: "![orders feeds revenue and churn](lineage.png)"
""",
    group=TEXT,
    source="WCAG 2.2, 1.1.1 (non-text content)",
    measured=Measured(15382, 781, 30, 30),
    remark="Three decks have no descriptions at all, six lack one or two. Right means that there was none. "
    "On one card of six the picture was the whole answer.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report each picture with empty brackets; recordings need none."""
    for view in note.views_with("!["):
        for match in _IMAGE.finditer(view.text.value):
            hint = "Say between the square brackets what it shows, without giving the answer away."
            yield Problem(view.at(match.start()), "The picture has no description.", hint)
