import re

from deckgen.cloze.patterns import WORD_TAGS
from deckgen.cloze.tokens import markdown_tokens
from deckgen.lint.plain_text import line_starts, prose
from deckgen.lint.rule import TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
from deckgen.model.text import can_be_seen

# What stands behind the language of a fence, or all of the line if its first word is no language.
_FENCE_WORDS = re.compile(
    r"[`~]{3,}+[ \t]*(?![\w+#./-]*[ \t]*(?:\n|\Z))(?:[\w+#./-]+[ \t]+(?=\{|\w+=))?(?=\S)(.*)"
)
_RULE_LINE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\Z")
# What ends a table, beside an empty line.
_BLOCK = re.compile(r" {4}| {0,3}(?:>|(?:[-+*]|#{1,6}|\d{1,9}[.)])\s|([-*_])(?: *\1){2,}\s*\Z)")
_NUMBER = re.compile(r"( *)(\d{1,9})([.)])(?=\s)")

# Strings, since few texts have such marks.
# A tag that shows nothing where it stands: around nothing, or a line break before a mark, in a sentence, at
# the start of an item, or as all that a cell or a deletion holds.
_TAG_ALONE = (
    rf"(?i:<({WORD_TAGS})></\1>)|(?i:<br ?/?>)(?=[ \t]*[,;)]|[.:?!\"'](?!\w))"
    r"|(?<=[\w,>] )(?i:<br ?/?>)(?= [a-z])"
    r"|(?m:^)[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?i:<br ?/?>)|(?:\||::)[ \t]*(?i:<br ?/?>)(?=[ \t]*(?:\||\}\}|::))"
)
_BREAK_AT_EDGE = r"(?i)\A\s*<br ?/?>|<br ?/?>(?=\s*\Z)"
_TWINS = (("b", "strong"), ("i", "em"), ("s", "del"), ("u", "ins"))
_TITLE = r"[ ]+(\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))[ ]*"
_TOOLTIP = rf"\]\([ ]*(?:<[^<>\n]*>|[^\s()<>]+){_TITLE}\)"
_TOOLTIP_BELOW = rf"(?m)^ {{0,3}}\[[^\[\]\n]+\]:[ ]*\S+{_TITLE}$"
_BEFORE_TEMPLATE = re.compile(r"(?:=|\breturn|\bthrow|\w\()\s*\Z")  # of JavaScript
_BETWEEN_TICKS = re.compile(r"` (?=[^`\n]*[A-Za-z]+ [a-z]+)[^`\n]* `")
_LISP = re.compile(r"\((?:def[a-z]+|setq|setf|funcall)[ ]+(\*[\w-]+\*)")
_BACKTICKS = "Put it into backticks if it is to be read; if not, delete it."
_NO_SPACE = "Put it into backticks if it is to be read; for a line break, write it without spaces around it."


@rule(
    "text-dropped",
    WARNING,
    "Markdown drops or changes a part of the text",
    "A row of a table ends with the last column of its head, and a table with an empty line. The first line "
    "of a code block only names its language, and the items of a list are counted anew, whatever their "
    "numbers are. Tags are not shown, and a link's title is not on a phone.",
    bad="""\
concepts:
  - id: releases
    prompt: Which two releases changed the lock?
    answer: |
      7. It became text.
      9. It got a head.
""",
    good="""\
concepts:
  - id: releases
    prompt: Which two releases changed the lock?
    answer: |
      - **7**: it became text.
      - **9**: it got a head.
""",
    group=TEXT,
    source="CommonMark 0.31.2, List items and Fenced code blocks; GitHub Flavored Markdown, Tables",
    measured=Measured(2954, 0),
    remark="Six decks of programming, none with such a list or table. What it reports is certainly lost.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report words behind a fence, cells without a column, and numbers and tags that are not kept."""
    for view in note.views_with("<", "](", "]:", "${", "` ", "(def", "(set", "(funcall"):
        yield from _marks_not_shown(view)
    for view in note.views_with("\n"):
        yield from _words_behind_fences(view)
        source = prose(view.text.value)
        if "|" in source:
            yield from _cells_without_column(view, source)
        yield from _numbers_not_kept(view, source)


def _marks_not_shown(view: TextView) -> Problems:
    """Report tags, titles and asterisks that Markdown takes although the text may be about them."""
    source = prose(view.text.value)
    if "<" in source and can_be_seen(re.sub("<[^<>]*>", "", source)):  # else an error of its own
        alone = re.compile(_TAG_ALONE)
        found = [match for match in alone.finditer(source) if alone.match(view.text.value, match.start())]
        found += re.finditer(_BREAK_AT_EDGE, view.text.value)
        for end, tag in sorted({(match.end(), match[0][match[0].index("<") :]) for match in found}):
            is_break = re.match("[ ]<br ?/?>[ ]", source[end - len(tag) - 1 : end + 1], re.IGNORECASE)
            hint = _NO_SPACE if is_break else _BACKTICKS
            yield Problem(view.at(end - len(tag)), f"`{tag}` is not shown.", hint)
    for first, second in _TWINS if "</" in source else ():
        alike = (set(re.findall(f"<{name}>([^<>]*)</{name}>", source)) for name in (first, second))
        if set.intersection(*alike):  # of one text in both, the text is about the tags
            start = min(source.find(f"<{name}>") for name in (first, second))
            message = f"`<{first}>` and `<{second}>` are not shown, and look the same."
            yield Problem(view.at(start), message, "Put tags that are to be read into backticks.")
    for pattern in (_TOOLTIP, _TOOLTIP_BELOW) if "](" in source or "]:" in source else ():
        for match in re.finditer(pattern, source):
            title = view.text.value[match.start(1) : match.end(1)]
            message = f"`{title[:40]}` is only shown under a mouse, and never on a phone."
            yield Problem(view.at(match.start(1)), message, "Write it in the text.")
    yield from _backticks(view) if "` " in view.text.value or "${" in view.text.value else ()
    for match in _LISP.finditer(source):
        message = f"The asterisks of `{match[1]}` are not shown."
        yield Problem(view.at(match.start(1)), message, "Put the code into backticks.")


def _backticks(view: TextView) -> Problems:
    """Report backticks that are a quotation of JavaScript, ``return `${x}`;``, or two signs and no code."""
    source = view.text.value
    for token in markdown_tokens(source):
        code, before = source[token.start : token.end], source[max(token.start - 9, 0) : token.start]
        if token.kind != "code" or code[1] == "`":
            continue
        message = f"The backticks of `{code[1:-1].strip()[:40]}` are not shown: they make code of it."
        if "${" in code and _BEFORE_TEMPLATE.search(before):
            yield Problem(view.at(token.start), message, "Put the code between lines of three backticks.")
        elif _BETWEEN_TICKS.fullmatch(code):
            hint = "Put a backslash before each that is to be read; put no spaces inside those of code."
            yield Problem(view.at(token.start), message, hint)


def _words_behind_fences(view: TextView) -> Problems:
    source = view.text.value
    for token in markdown_tokens(source) if view.has_code_block else ():
        if token.kind == "fence" and (match := _FENCE_WORDS.match(source, token.start, token.end)):
            message = (
                f"`{match[1].strip()[:40]}` is not shown: this line only names the language of the code."
            )
            hint = "Write code below this line, and nothing but the language behind the backticks."
            yield Problem(view.at(match.start(1)), message, hint)


def _cells_without_column(view: TextView, source: str) -> Problems:
    columns, previous = 0, ""
    for start, line in zip(line_starts(source), source.split("\n"), strict=True):
        cells = line.strip().strip("|").count("|") + 1
        if not line.strip():
            columns = 0
        elif not columns and "|" in previous and _RULE_LINE.match(line):
            columns = cells
            if previous.strip().strip("|").count("|") + 1 != cells:
                message = "This makes no table, because the line above has another number of cells."
                yield Problem(view.at(start), message, "Write as many `---` as the head has cells.")
                columns = 0
        elif columns and _BLOCK.match(line):
            columns = 0
        elif columns and "|" not in line:
            message = "This line becomes a row of the table above."
            yield Problem(view.at(start), message, "Leave an empty line between the two.")
        elif columns and cells > columns:
            message = f"This row has {cells} cells, and its table {columns} columns: the rest is not shown."
            hint = view.as_written(r"Add a column to the head, or write a `|` of a word as `\|`.")
            yield Problem(view.at(start), message, hint)
        previous = line


def _numbers_not_kept(view: TextView, source: str) -> Problems:
    expected: dict[int, tuple[int, str]] = {}  # by the items' indentation
    is_apart = True
    for start, line in zip(line_starts(source), source.split("\n"), strict=True):
        match = _NUMBER.match(line)
        if match:
            indent, number = len(match[1]), int(match[2])
            before = expected.get(indent)
            if before and before[1] == match[3] and number not in (before[0], before[0] + 1):
                message = f"This item is counted as {before[0] + 1}, not as {number}."
                hint = (
                    f"Count up by one, or write the number as a word of a list of `- `: `- **{number}**: …`."
                )
                yield Problem(view.at(start + indent), message, hint)
                number = before[0] + 1
            expected = {key: value for key, value in expected.items() if key < indent}
            expected[indent] = number, match[3]
        elif line.strip() and is_apart:
            indent = len(line) - len(line.lstrip())
            expected = {key: value for key, value in expected.items() if key < indent}
        is_apart = not line.strip()
