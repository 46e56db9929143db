import re

from deckgen.lint.rule import ERROR, TEXT, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
from deckgen.model.text import Edit

# The lead byte of a UTF-8 sequence as Windows-1252 or Latin-1 shows it, and its followers.
_FOLLOWER = (
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_DAMAGED = re.compile(
    f"[\u00c2\u00c3\u00c4\u00c5\u00ce\u00cf\u00d0\u00d1]{_FOLLOWER}|\u00e2{_FOLLOWER}{{2}}|\u00f0{_FOLLOWER}{{3}}|\ufffd"
)


@rule(
    "mojibake",
    ERROR,
    "Letters are damaged",
    "Text in UTF-8 that was once read as Windows-1252 has two or three odd letters in place of one. "
    "`deckgen lint --fix` restores those that are certain.",
    bad="""\
concepts:
  - id: lag
    prompt: Whatâ€™s consumer lag?
    answer: The newest offset minus the committed one.
""",
    good="""\
concepts:
  - id: lag
    prompt: What\u2019s consumer lag?
    answer: The newest offset minus the committed one.
""",
    group=TEXT,
    source="Seen in the chapter's own sources",
    measured=Measured(15382, 0),
    remark="No deck had any. In 10,070 text files of the decks' repositories it fired nine times, each "
    "time on damaged letters.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report each damaged letter in the fields and the `source`, and what it was, if that is known."""
    if not note.source.isascii():
        for view in note.views():
            yield from _damaged(view)
    source = note.note.source
    if source and not source.value.isascii():
        yield from _damaged(TextView(source))


def _damaged(view: TextView) -> Problems:
    for match in _DAMAGED.finditer(view.text.value):
        was = _repair(match.group())
        message = f"`{match.group()}` is damaged text."
        if was:
            edit = Edit(view.text, match.start(), match.end(), was)
            hint = f"Write `{was}`."
            yield Problem(view.at(match.start()), message, hint, edit=edit)
        elif match.group() == "\ufffd":
            yield Problem(view.at(match.start()), message, "Write the letter that stood here.")


def _repair(text: str) -> str | None:
    # Windows-1252 leaves five bytes undefined; Latin-1 has them.
    data = bytearray()
    for letter in text:
        try:
            data += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return None
            data.append(ord(letter))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
