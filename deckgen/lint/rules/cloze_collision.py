r"""cloze-collision: Anki reads a part of the hidden text as the start of a hint, or as its end.

``::`` starts the hint, and the first ``}}`` ends the deletion (ankitects/anki, rslib/src/cloze.rs). In code
that is hidden as a whole deckgen escapes both; elsewhere in text the author writes ``\:\:`` and ``\}\}``.
"""

import re
from itertools import pairwise

from deckgen.cloze.parser import Deletion
from deckgen.cloze.tokens import markdown_tokens
from deckgen.lint.rule import CLOZES, ERROR, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
from deckgen.model.text import Edit

# Types that are never a hint; then those that are words as well: in `midnight::time`, "time" is a hint.
_TYPE = re.compile(
    r"(?:u?int\d+|bigint|smallint|timestamptz|timetz|numeric|float\d+|jsonb|varchar|bytea"
    r"|[a-z]+\d*(?:\(\d+(?:, ?\d+)?\)|\[\]))\s*\Z",
    re.IGNORECASE,
)
_TYPE_AND_WORD = re.compile(
    r"(?:u?int(?:eger)?|text|date|time(?:stamp)?|decimal|float|double|real|bool(?:ean)?|json|uuid|char|interval"
    r"|string|variant|array)\s*\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s*[A-Za-z_]\w*\Z")
# `t.paid_on`, `col2`, `now()`, a date in quotes are code; `UTF-8`, `SHA256`, `3.14`, `a.m.`, `O(n)` are not.
_EXPRESSION = re.compile(
    r"\s*(?:(?![A-Z]\()[A-Za-z_]\w*(?:\.\w+)*\([^()]*\)|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z]\w*_\w+|_\w+"
    r"|[a-z]+\d\w*|'[^' ]+')\Z"
)
# In these a backslash is shown.
_VERBATIM = ("code", "fence", "formula", "display")
# What a path starts with. An owner is a word as well: `String::new` is a path, `String::type` has a hint.
_ROOT = re.compile(r"\b(?:std|boost|crate)\Z")
_SIGN = re.compile(r"[^\w\s?!.,'()-]|\w[_.(]\w")
_OWNER = re.compile(r"(?:^|\s)(?:self|super|Self|String|Vec|Option|Result|Arc|Box|Rc)\Z")
_MEMBER = re.compile(r"(?:new|from|default|clone|Some|None|Ok|Err|\w+_\w+|\w+\(.*\))\s*\Z")
# What is no hint behind a name: a call with arguments, or one of a class, and what ends as a statement does.
_CALL = re.compile(r"(?:(?![A-Z]\()[A-Za-z_]\w*\([^()]*[\d,\"'&=$_][^()]*\)|__[a-z]+__|.*;)\s*\Z")
_OF_CLASS = re.compile(r"(?:\A|\s)[A-Z]\w*(?:<.{1,80}>)?::[A-Za-z_]\w*\(\)\s*\Z")
_CALLER = re.compile(r"(?:\A|\s(?=[A-Z]))\s*[A-Za-z_]\w*(?:<.{1,80}>)?\Z")
# More often a cast, a variable, a call, a name in two words, a class of a module or a namespace of PHP than
# words and a hint. One such as `m_t_r` or `___` leaves letters out.
_MAYBE_CODE = re.compile(
    r"(?:.*\s(?=[A-Z]))?[A-Za-z_]\w*(?:<.{1,80}>)?::(?:int|uuid|bool|json|\$[a-z_]\w*|[a-z_]\w*\(\)"
    r"|[a-z]{2,}\d*(?:_[a-z]{2,}\d*)+|[a-z]{2,}[A-Z][a-z]\w*)"
    r"|(?=.*[a-z]{2}[A-Z])[A-Z]\w*::[A-Z]\w*|\w+(?:\\\w+)+::\w+|.*\S::"
)
_PART = re.compile(r"[A-Za-z_]\w*(?:<.*>)?(?:\(.*\))?\s*\Z")


@rule(
    "cloze-collision",
    ERROR,
    "Anki cuts the hidden text short",
    "In a deletion, `::` starts the hint and `}}` ends it. A cast, a path in C++ or Rust, or nested braces "
    "in the hidden text are cut there, and the rest is shown on the front. Write such text as code, or with "
    "backslashes, as `deckgen lint --fix` does. A name behind a name, as in `tokio::spawn`, may be a hint as "
    "well, and is not found.",
    bad="""\
clozes:
  - id: cast
    text: "PostgreSQL casts a column with {{c1::amount::numeric}}."
""",
    good="""\
clozes:
  - id: cast
    text: "PostgreSQL casts a column with {{c1::`amount::numeric`}}."
""",
    group=CLOZES,
    source="Seen in Anki 26.09: ankitects/anki, rslib/src/cloze.rs",
    measured=Measured(1542, 1, 1, 1),
    remark="A set in braces, which Anki cuts. In a deck on C++, it found 203 of 213 deletions with a path.",
    roles=("cloze",),
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report each place where the hidden text would be cut."""
    for view, clozes in note.parsed_clozes():
        tokens = [token for token in markdown_tokens(view.text.value) if token.kind in _VERBATIM]
        for deletion in clozes.deletions:
            is_inside = any(token.start < deletion.start < token.end for token in tokens)
            yield from _cut_by_colons(view, deletion, is_inside=is_inside)
            yield from _cut_by_braces(view, deletion, is_inside=is_inside)


def _cut_by_colons(view: TextView, deletion: Deletion, *, is_inside: bool) -> Problems:
    """Report the first `::` of code; ``is_inside`` tells that the deletion stands in code or a formula."""
    source = view.text.value
    bounds = (deletion.hidden - 2, *deletion.separators, deletion.close)
    parts = [source[start + 2 : end] for start, end in pairwise(bounds)]
    separators = deletion.separators
    if len(parts) > 2 and not _PART.match(parts[-1]):
        parts, separators = parts[:-1], separators[:-1]
    is_code = bool(separators) and _is_code(parts)
    is_doubtful = _MAYBE_CODE.fullmatch("::".join(parts)) is not None
    if not (is_code or is_doubtful or len(deletion.separators) > 1):
        return
    first, end = deletion.separators[0], separators[-1] + 2
    message = f"Anki shows `{source[first + 2 : deletion.close].strip()}` as the hint of this deletion."
    edit = None
    if is_inside:
        number = deletion.numbers[0]
        example = f"{{{{c{number}::a}}}}::{{{{c{number}::b}}}}"
        hint = f"Hide what stands on both sides of `::` by itself, as in `{example}`."
    elif not source[first + 2 : deletion.close].strip():
        message = "Anki takes the last `::` of this deletion for the start of a hint, and drops it."
        hint = r"Write it as code, or as `\:\:`, or delete it."
    elif is_code and _is_certain(parts):
        edit = Edit(view.text, first, end, source[first:end].replace("::", r"\:\:"))
        hint = r"Write it as code, or as `\:\:`."
    elif is_doubtful:
        hint = r"Write it as code, or as `\:\:`; a hint can have a space before it."
    else:
        hint = r"Write it as code, or write `\:\:` for each `::` that does not start a hint."
    severity = None if is_code else WARNING
    yield Problem(view.at(first), message, view.as_written(hint), severity, edit=edit)


def _is_code(parts: list[str]) -> bool:
    """Tell whether parts with `::` between them are a cast or a path; in doubt the last one is a hint."""
    before, after = parts[0], parts[1]
    if len(parts) > 2:
        return _WORD.match(before.split(" ")[-1]) is not None and all(map(_PART.match, parts[1:]))
    if before.count("(") > before.count(")") and ")" in after:
        return True
    if _ROOT.search(before):
        return (_PART.match(after) or _SIGN.search(after)) is not None
    if (_CALLER.search(before) and _CALL.match(after)) or _OF_CLASS.search(f"{before}::{after}"):
        return True
    if _OWNER.search(before):
        return _MEMBER.match(after) is not None
    if _TYPE.match(after):
        return (_WORD.match(before) or _EXPRESSION.match(before)) is not None
    return _TYPE_AND_WORD.match(after) is not None and _EXPRESSION.match(before) is not None


def _is_certain(parts: list[str]) -> bool:
    """Tell whether the last part is code: in `std::vector::container` it may be a hint."""
    if len(parts) == 2:
        return True
    return re.match(r"[A-Z]|\w*[_<(]", parts[-1]) is not None or ">" in parts[-2]


def _cut_by_braces(view: TextView, deletion: Deletion, *, is_inside: bool) -> Problems:
    source = view.text.value
    hidden = source[deletion.hidden : deletion.close]
    run = re.match(r"\}+", source[deletion.close :])
    extra = len(run.group()) - 2 if run else 0
    if extra > 0 and hidden.count("{") > hidden.count("}"):
        end = deletion.close + extra
        message = "Anki ends this deletion at the first `}}`, before its last brace."
        if is_inside:
            hint = f"Write a space between the braces: `{'} ' * extra}}}}}`."
            yield Problem(view.at(deletion.close), message, hint)
        else:
            edit = Edit(view.text, deletion.close, end, r"\}" * extra)
            hint = view.as_written(r"Write it as code, or as `\}`.")
            yield Problem(view.at(deletion.close), message, hint, edit=edit)
