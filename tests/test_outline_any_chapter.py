"""An outline from any chapter: nothing cut from its words, nothing lost without a word, in linear time."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from functools import partial

import pytest
from cost import cost

from deckgen.outline.read_chapter import take_outline
from deckgen.source.note_type_folders import built_in_note_types

NOTE_TYPES = built_in_note_types()


def points(text: str) -> list[str]:
    taken, findings = take_outline(f"# Chapter 1: X\n\n## S\n\n{text}\n".encode(), "ch01.md")
    assert taken is not None, findings
    return [point.text for _, point in taken.points]


def needs(text: str, heading: str = "S") -> dict[str, tuple[str, ...]]:
    chapter = f"# Chapter 1: X\n\n## {heading}\n\n{text}\n"
    taken, _ = take_outline(chapter.encode(), "ch01.md", NOTE_TYPES)
    assert taken is not None
    return {point.text: point.needs for _, point in taken.points}


def sections(text: str) -> list[str]:
    taken, findings = take_outline(f"# Chapter 1: X\n\n{text}\n".encode(), "ch01.md")
    assert taken is not None, findings
    return [section.title for section in taken.sections]


def reported(text: str, name: str = "a.md") -> dict[str, str]:
    _, findings = take_outline(text.encode(), name)
    return {finding.code.name: finding.message for finding in findings}


# Words


@pytest.mark.parametrize(
    "line",
    [
        "Keep p99 below 200. Page when it is above",
        "From 3 to 5 – in a day",
        "Rows * columns - nulls",
        "See plan (b) first, then iv. and v. of it",
        "5 Whys",
        "12 Factor apps",
        "2 phase commit",
        "Severity 1 (critical)",
        "Isolation (SERIALIZABLE)",
        "Columnar files (PARQUET)",
        "Deletion on request (GDPR)",
        "Where its parents are told apart (KEY)",
        "std::vector at 10:30:00",
    ],
)
def test_what_belongs_to_the_words_of_an_item_stays(line: str):
    assert points(f"- {line}") == [line]


@pytest.mark.parametrize(
    "title",
    ["Top 10 mistakes", "Part 2 of the story", "5 Whys", "What chapter IV says", "1.5 times as fast", "vi: the editor"],
)  # fmt: skip
def test_what_belongs_to_the_words_of_a_heading_stays(title: str):
    assert sections(f"## {title}\n- x\n\n## Other\n- y") == [title, "Other"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("2.1 Storage", "Storage"),
        ("3) Storage", "Storage"),
        ("IV. Storage", "Storage"),
        ("Step 2: Storage", "Storage"),
        ("4 – Storage", "Storage"),
        ("三、存储", "存储"),
        ("Storage {#sec-storage .wide}", "Storage"),
    ],
)
def test_a_marked_number_is_no_part_of_a_heading(heading: str, title: str):
    assert sections(f"## {heading}\n- x") == [title]


def test_bare_numbers_go_only_where_headings_or_items_run_in_sequence():
    assert sections("## 1 Read\n- x\n## 2 Write\n- y") == ["Read", "Write"]
    assert sections("## 5 Whys\n- x\n## 12 Factors\n- y") == ["5 Whys", "12 Factors"]
    assert points("- 1 Stop\n- 2 Say so\n- 3 Mend") == ["Stop", "Say so", "Mend"]
    assert points("- 2 phase commit\n- 3 replicas") == ["2 phase commit", "3 replicas"]


@pytest.mark.parametrize("suffix", ["(VERY IMPORTANT)", "(MUST KNOW)", "[IMPORTANT]", "(OFTEN ASKED!)", "(very important)"])  # fmt: skip
def test_a_suffix_that_says_only_how_important_a_line_is_goes(suffix: str):
    assert points(f"- Retries {suffix}") == ["Retries"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (r"- Open `C:\Users` first", r"Open C:\Users first"),
        ("- `a -> b` and `x → y`", "a -> b and x → y"),
        ("- Pass `*args`, `**kwargs` and `__init__`", "Pass *args, **kwargs and __init__"),
        ("- Write `[^1]` or `[ ] todo`", "Write [^1] or [ ] todo"),
        ("- Ends in `f (VERY IMPORTANT)`", "Ends in f (VERY IMPORTANT)"),
        ("- `1. first` and `:rocket:`", "1. first and :rocket:"),
        ("- Set `a: b` now", "Set a: b now"),
        (r"- \*args\* and snake\_case", "*args* and snake_case"),
    ],
)
def test_code_and_escaped_marks_come_through_as_written(markdown: str, text: str):
    assert points(markdown) == [text]


def test_code_in_a_table_keeps_its_pipe():
    assert points("| a | b |\n|---|---|\n| `a\\|b` | `x -> y` |") == ["a|b: x -> y"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Ship :rocket: it :+1:", "Ship it"),
        ("Latency ↑, cost ↓", "Latency up, cost down"),
        ("Speed ↔ safety", "Speed and safety"),
        ("重要な**「語」**です", "重要な「語」です"),
        ("See [[storage/files|files]] and [[lag]]", "See files and lag"),
        ("Use a queue, e.g. Kafka. It holds.", "Use a queue, e.g. Kafka. It holds."),
    ],
)
def test_labels_read_as_their_author_meant_them(line: str, text: str):
    assert points(f"- {line}") == [text]


# What turns the meaning of the lines below it


@pytest.mark.parametrize("lead", ["What NOT to do:", "Things to skip:", "Avoid:", "### Do not\n", "### Never\n", "### Signs it is wrong for you\n", "**Don’t**\n"])  # fmt: skip
def test_a_lead_in_or_subheading_that_warns_stays_with_each_line_below(lead: str):
    label = lead.strip("#*:\n ")
    assert needs(f"{lead}\n- retry blindly\n- wait") == {
        f"{label}: retry blindly": ("red_flags",),
        f"{label}: wait": ("red_flags",),
    }


def test_pros_and_cons_stay_with_what_they_weigh():
    found = needs("### Cache-aside\n\n**Pros:**\n- simple\n\n### Write-through\n\n**Pros:**\n- fresh")
    assert found == {
        "Cache-aside: Pros: simple": ("trade_offs",),
        "Write-through: Pros: fresh": ("trade_offs",),
    }
    assert points("### Cons\n\n- slow\n\n### Other\n\n- fast") == ["Cons: slow", "fast"]


def test_a_condition_stays_and_a_lead_in_that_only_introduces_goes():
    assert points("Use it when:\n- reads are many") == ["Use it when: reads are many"]
    assert points("Interviewers evaluate the following:\n- ownership") == ["ownership"]


def test_a_warning_reaches_nested_items():
    assert points("Avoid:\n- haste\n  - in reviews") == ["Avoid: haste", "Avoid: in reviews"]


def test_a_cross_before_a_line_is_a_warning_in_words():
    assert points("**Blame**\n- ❌ Point at others") == ["Blame: Not: Point at others"]
    assert needs("- ❌ Blame others\n- ✅ Own it") == {"Not: Blame others": ("red_flags",), "Own it": ()}


@pytest.mark.parametrize("heading", ["What not to do", "À éviter", "Häufige Fehler", "要避免的事", "Don’ts"])
def test_what_stands_under_a_heading_that_warns_needs_red_flags(heading: str):
    assert needs("- haste", heading) == {"haste": ("red_flags",)}


def test_what_helps_to_avoid_a_thing_is_no_warning():
    assert needs("To avoid skew:\n- salt the key") == {"salt the key": ()}
    assert needs("**Weak consistency:** reads may miss it") == {"Weak consistency: reads may miss it": ()}


# Nothing lost without a word


@pytest.mark.parametrize(
    "remark",
    [
        "Quality is designed in; it is never bolted on",
        "Quality is designed in rather than added later",
        "Quality is not added later, it is designed in",
        "Quality is designed and never added later",
    ],
)
def test_a_remark_on_what_is_designed_not_added_is_a_point_in_any_wording(remark: str):
    assert points(f"- x\n\n{remark}") == ["x", remark]


def test_paragraphs_that_gave_no_point_are_counted_with_their_places():
    text = "# Chapter 1: X\n\n## S\n\n- one\n\nA plain paragraph beside it.\n\n- two\n\n  Its second paragraph explains."
    assert reported(text) == {
        "prose-without-point": "2 paragraphs of running text gave no point: lines 7, 11."
    }


def test_a_labelled_second_paragraph_of_an_item_is_a_point():
    assert points("- one\n\n  **Cost:** a scan\n\n  plain words that explain") == ["one", "Cost: a scan"]


def test_html_lists_and_tables_are_read_as_markdown_is():
    listed = "<ul>\n<li>one <b>bold</b> <code>a -> b</code></li>\n<li><p>two</p>\n<ol><li>three</li></ol></li>\n</ul>"
    assert points(listed) == ["one bold a -> b", "two", "three"]
    rows = "<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td>x</td><td></td><td>z</td></tr></table>"
    assert points(rows) == ["x: C – z"]
    assert points("<details><summary>What is lag?</summary>\n\nThe distance to the end.\n\n</details>") == [
        "What is lag? The distance to the end."
    ]


def test_lists_nested_forty_deep_give_every_item():
    assert points("".join(f"{'  ' * depth}- item {depth}\n" for depth in range(40))) == [
        f"item {depth}" for depth in range(40)
    ]


def test_what_is_nested_too_deep_to_be_read_is_reported_at_its_line():
    text = "# Chapter 1: X\n\n" + "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(60))
    assert reported(text) == {"chapter-too-deep": "This is nested too deeply to be read."}
    _, findings = take_outline(text.encode(), "a.md")
    assert [finding.span.line for finding in findings] == [52]


def test_a_cell_keeps_the_head_of_its_column():
    table = "| | Kafka | Queue |\n|---|---|---|\n| Replay | ✅ | ❌ |\n| Order | | per queue |\n| | a | b |"
    assert points(table) == [
        "Replay: Kafka – yes; Queue – no",
        "Order: Queue – per queue",
        "Kafka – a; Queue – b",
    ]
    assert points("Know **three** terms:\n\n| a | b |\n|---|---|\n| Lag | distance |") == [
        "Know three terms",
        "Lag: distance",
    ]
    assert points("| # | Term | Meaning |\n|---|---|---|\n| 1 | Lag | distance |") == ["Lag: distance"]
    assert points("| Tool | Avoid when |\n|---|---|\n| Kafka | tiny |") == ["Kafka: Avoid when – tiny"]


@pytest.mark.parametrize(
    "text",
    [
        "Q: What is lag?\nA: The distance.",
        "**Q1: What is lag?**\n\nA: The distance.",
        "- Q: What is lag?\n- A: The distance.",
        "- Q: What is lag?\n  A: The distance.",
        "### Q: What is lag?\n\nThe distance.",
        "F: What is lag?\nA: The distance.",
    ],
)
def test_a_question_and_its_answer_are_one_point(text: str):
    assert needs(text) == {"What is lag? The distance.": ("questions",)}


def test_the_items_below_a_bare_answer_mark_follow_their_question():
    assert points("**Q: Which three?**\n\n**A:**\n- one\n- two") == ["Which three?", "one", "two"]


def test_a_quote_inside_an_item_is_a_point():
    assert points("- Weak answer:\n  > “It broke.”\n- said\n  > a quote") == [
        "Weak answer: “It broke.”", "said", "a quote",
    ]  # fmt: skip


def test_each_sentence_with_bold_words_is_a_point():
    assert points("**Lag** is a distance. Dull words. A **watermark** bounds state.") == [
        "Lag is a distance.",
        "A watermark bounds state.",
    ]


def test_a_bold_opening_of_a_paragraph_is_its_label():
    assert points("**Reliable crossover** In redundant systems, it fails. More.") == [
        "Reliable crossover: In redundant systems, it fails. More."
    ]


def test_links_that_only_lead_elsewhere_are_no_points():
    source = '<p align="center"><a href="https://example.org">Source: a book</a></p>'
    assert points(f"- real\n\n[← Back](index.md)\n\n{source}\n\n- https://example.org") == ["real"]
    assert sections("## S\n- real\n## Further reading\n- [A book](https://example.org)") == ["S"]


# Number and title


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("# T\n- x", "2024-01-notes.md", ""),
        ("# T\n- x", "s3-oauth2.md", ""),
        ("# T\n- x", "own-it-3.md", ""),
        ("# T\n- x", "999999.md", ""),
        ("# Chapter 99999\n- x", "a.md", ""),
        ("# 5 Whys\n- x", "a.md", ""),
        ("# What Chapter 4 said\n- x", "a.md", ""),
        ("# T\n- x\n## Lesson 2: y\n- z", "a.md", ""),
        ("---\ntitle: Since 2019\n---\n- x", "a.md", ""),
        ("# T\n- x", "36-own.md", "36"),
        ("# T\n- x", "book-ch8.md", "8"),
        ("# T\n- x", "Chapter_IV.md", "4"),
        ("# 第36章 数据\n- x", "a.md", "36"),
        ("# Chapter IV: T\n- x", "a.md", "4"),
        ("# Chapter Four: T\n- x", "a.md", "4"),
        ("# 3. Kapitel: T\n- x", "a.md", "3"),
        ("# Chapter 36\n## T\n### S\n- x", "a.md", "36"),
    ],
)
def test_a_number_is_taken_only_where_it_numbers_the_chapter(text: str, name: str, number: str):
    taken, findings = take_outline(text.encode(), name)
    assert taken is not None
    assert taken.number == (number or "1")
    messages = [finding.message for finding in findings if finding.code.name == "chapter-unnumbered"]
    assert messages == ([] if number else ["The chapter has no number; the outline says 1."])


def test_a_number_out_of_range_in_front_matter_is_named():
    assert reported("---\nchapter: 999999\n---\n# T\n- x") == {
        "chapter-unnumbered": "`999999` is not a number from 0 to 999; the outline says 1."
    }


def test_a_later_heading_neither_names_nor_numbers_the_chapter():
    taken, _ = take_outline(
        b"# Storage\n- x\n## What Chapter 4 said\n- y\n## Lesson 2: z\n- a", "7-storage.md"
    )
    assert taken is not None
    assert (taken.number, taken.title) == ("7", "Storage")
    assert [section.title for section in taken.sections] == ["Storage", "What Chapter 4 said", "Lesson 2: z"]


# Speed: one long line


LONG = {
    "words": "word ",
    "sentences": "Some words stand here. ",
    "letters": "a",
    "spaces": " ",
    "bold never closed": "**a ",
    "words with underscores": "a_",
    "brackets": "[",
    "parentheses": "(a",
    "nested parentheses": "((a) ",
    "bold and plain": "**a** b. ",
    "colons": "a: ",
    "arrows": "a → b -> ",
    "code": "`a` ",
    "characters without spaces": "字。",
    "HTML": "<ul><li>a",
    "contrasts": ", not a",
    "damaged letters": "â€™",
    "damaged letters that lost bytes": "â€ ",
}


def _line(unit: str, length: int) -> bytes:
    return f"# Chapter 1: X\n\n## S\n\nx {unit * (length // len(unit))} end".encode()


def _steps(work: Callable[[], object]) -> int:
    """Count the calls of functions and built-ins that ``work`` makes."""
    count = itertools.count()
    sys.setprofile(lambda *_: next(count))
    try:
        work()
    finally:
        sys.setprofile(None)
    return next(count)


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG.keys())
def test_work_grows_with_the_length_of_a_line_and_no_faster(unit: str):
    small, large = (partial(take_outline, _line(unit, length), "a.md") for length in (2_500, 20_000))
    assert _steps(large) < 12 * _steps(small)  # were it quadratic, 64 times
    assert cost(large) < 32 * cost(small) + 0.05
