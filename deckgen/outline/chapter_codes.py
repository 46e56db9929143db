"""The codes of findings on a chapter.

They are apart from the code that reports them, whose libraries `deckgen explain` need not load.
"""

from deckgen.model.diagnostics import Code, Severity

ENCODING_REPAIRED = Code(
    "encoding-repaired",
    Severity.INFO,
    "Damaged characters were repaired",
    "The text was UTF-8, read as if it were in an older code page, and saved again: `→` became `â†’`. "
    "`deckgen outline` reads it as it was meant; the file itself stays as it is.",
    bad="â†’ Stop the bleeding first",
    good="→ Stop the bleeding first",
)
ENCODING_LOST = Code(
    "encoding-lost",
    Severity.WARNING,
    "A damaged character could not be repaired",
    "Bytes were dropped when the text was read in the wrong code page, and what is left can mean several "
    "characters. A lost emoji does no harm, since labels have none; a lost letter does.",
)
CHAPTER_NOT_UTF8 = Code(
    "chapter-not-utf8",
    Severity.WARNING,
    "A chapter is not in UTF-8",
    "If most lines with letters outside ASCII are not UTF-8, the chapter is read in the encoding that its "
    "bytes suggest (by chardet). In single lines of a chapter in UTF-8, such bytes are read as Windows-1252. "
    "If letters come out wrong, save the chapter as UTF-8.",
)
CHAPTER_NOT_TEXT = Code(
    "chapter-not-text",
    Severity.ERROR,
    "A chapter cannot be read as text",
    "It is a picture, an archive or another file that is not text; or it is in an encoding other than UTF-8 "
    "that its bytes do not tell.",
)
CHAPTER_EMPTY = Code(
    "chapter-empty",
    Severity.ERROR,
    "A chapter contains nothing that an outline could list",
    "An outline lists what the chapter wants taught: list items, labelled lines, quoted answers, remarks "
    "that stand out, table rows; where there are none, the first sentence of each paragraph.",
    bad="# Idempotency",
    good="# Idempotency\n\n- Writing twice leaves what writing once does",
)
CHAPTER_UNNUMBERED = Code(
    "chapter-unnumbered",
    Severity.WARNING,
    "A chapter's number is a guess",
    "The number makes the chapter's id and sorts its deck among the others. It is read from the front "
    "matter (`chapter: 36`), the title (`Chapter 36`) or the file's name.",
    bad="# Ownership",
    good="# Ownership (Chapter 36)",
)
CHAPTER_UNTITLED = Code(
    "chapter-untitled",
    Severity.WARNING,
    "A chapter's title is a guess",
    "The title names the chapter's deck. It is read from the front matter (`title: Ownership`), from the "
    "heading that says `Chapter 36`, or from the one heading above all others.",
    bad="## Ownership\n## Incidents",
    good="# Production failures\n## Ownership\n## Incidents",
)
POINTS_FROM_PROSE = Code(
    "points-from-prose",
    Severity.INFO,
    "A heading's points were taken from its prose",
    "Nothing under it is a list, a labelled line, a quote, a table or set off in bold, so the first "
    "sentence of a paragraph stands for what the paragraph teaches. Reword these points, or drop them.",
)
PROSE_WITHOUT_POINT = Code(
    "prose-without-point",
    Severity.INFO,
    "Paragraphs gave no point",
    "Where a heading has lists, labelled lines, tables or words in bold, these are its points, and plain "
    "paragraphs beside them explain. What only such a paragraph says needs a point of your own.",
)
FRONT_MATTER_UNCLOSED = Code(
    "front-matter-unclosed",
    Severity.WARNING,
    "Front matter has no end",
    "Front matter starts and ends with a line `---` (YAML) or `+++` (TOML). Without the second, it is read "
    "as far as its keys go.",
    bad="---\ntitle: Ownership\n\n- Say so",
    good="---\ntitle: Ownership\n---\n\n- Say so",
)
CHAPTER_TOO_DEEP = Code(
    "chapter-too-deep",
    Severity.WARNING,
    "Part of a chapter is nested too deeply to be read",
    "Lists are read to a depth of 49, quotes to 99. What is nested deeper gives no point.",
)
CODES = (
    ENCODING_REPAIRED,
    ENCODING_LOST,
    CHAPTER_NOT_TEXT,
    CHAPTER_NOT_UTF8,
    CHAPTER_EMPTY,
    CHAPTER_UNNUMBERED,
    CHAPTER_UNTITLED,
    POINTS_FROM_PROSE,
    PROSE_WITHOUT_POINT,
    FRONT_MATTER_UNCLOSED,
    CHAPTER_TOO_DEEP,
)
