"""`deckgen outline --diff` and `--update`: a revised chapter against an outline in use."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import REPOSITORY, Run
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.outline.outline_lines import UnusualLayoutError
from deckgen.outline.read_chapter import take_outline
from deckgen.outline.revise import compare
from deckgen.outline.taken_outline import format_outline
from deckgen.outline.update import update_outline
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline

NOTE_TYPES = built_in_note_types()
KINDS = [note_type.kind for note_type in NOTE_TYPES]
CHAPTER = (Path(__file__).parent / "chapters" / "chapter-36.md").read_text(encoding="utf-8")

BEFORE = """\
# Chapter 1: Data

## Storage

- Partition by date
- Keep files large
- Compact every night

## Delivery

- Retries need idempotency
- Batch vs streaming
"""
OUTLINE = """\
# My outline.
id: ch01
number: 1
title: Data
deck: "Mine::Data"  # shipped

sections:
  # why storage comes first
  - id: storage
    title: Storage
    points:
      - id: by-date
        text: Partition by date
        needs: [concepts]
      # the reader's favourite
      - id: large-files
        text: "Keep files large"  # 128 MB
      - id: compaction
        text: >-
          Compact
          every night

  # then delivery
  - id: delivery
    title: Delivery
    points:
      - {id: retries, text: Retries need idempotency}  # at least once
      - id: speed
        text: Batch vs streaming
# the end
"""


def revise(
    chapter: str, outline: str = OUTLINE, *, drop_gone: bool = False
) -> tuple[list[tuple[str, str]], str]:
    """Return what has changed, and the outline with it written in.

    It must be sound, and differ from the chapter in nothing but what is gone, which is still there.
    """
    taken, _ = take_outline(chapter.encode(), "ch01.md", NOTE_TYPES)
    before, findings = read_outline(outline.encode(), "outline.yaml", KINDS, "")
    assert not findings
    assert taken
    assert before
    revision = compare(taken, before)
    text = update_outline(outline, revision, taken, drop_gone=drop_gone)
    after, findings = read_outline(text.encode(), "outline.yaml", KINDS, "")
    assert not findings, text
    assert after
    gone = {change for change in revision.changes if change.what == "gone" and not drop_gone}
    assert set(compare(taken, after).changes) == gone
    assert update_outline(text, compare(taken, after), taken) == text
    return [(change.what, change.place) for change in revision.changes], text


SOURCE = "chapter:\n  file: ch01.md\n  digest: "


def test_an_unchanged_chapter_leaves_the_outline_as_it_is_but_for_its_digest():
    changes, text = revise(BEFORE)
    assert changes == []
    at = text.index(SOURCE)
    assert text[:at] + text[at + len(SOURCE) + 17 :] == OUTLINE


def test_a_new_point_and_a_new_section_are_written_where_the_chapter_has_them():
    chapter = BEFORE.replace("- Keep", "- Fast vs cheap\n- Keep") + "\n## Cost\n\n- Storage is cheap\n"
    changes, text = revise(chapter)
    assert changes == [("new", "storage/fast-vs-cheap"), ("new", "cost"), ("new", "cost/storage-cheap")]
    assert (
        """\
        needs: [concepts]
      - id: fast-vs-cheap
        text: Fast vs cheap
        needs: [trade_offs]  # a guess: it sets two things against each other
      # the reader's favourite
      - id: large-files
"""
        in text
    )
    assert text.endswith("""\
        text: Batch vs streaming

  - id: cost
    title: Cost
    points:
      - id: storage-cheap
        text: Storage is cheap
# the end
""")


def test_a_point_that_is_dropped_goes_with_the_comment_above_it_and_no_other():
    changes, text = revise(BEFORE.replace("- Keep files large\n", ""), drop_gone=True)
    assert changes == [("gone", "storage/large-files")]
    assert "favourite" not in text
    assert all(
        comment in text for comment in ("# why storage", "# then delivery", "# at least once", "# the end")
    )


OWN = """\
      # asked in my last three interviews
      - id: war-story
        text: The night the bucket vanished
        needs: [concepts]  # mine
"""


def test_a_point_added_by_hand_stays_whole_where_it_stood_and_is_reported_each_time():
    chapter = BEFORE.replace("- Keep", "- Fast vs cheap\n- Keep")
    for at in ("      # the reader's favourite\n", "      - id: by-date\n", "\n  # then delivery"):
        changes, text = revise(chapter, OUTLINE.replace(at, OWN + at))
        assert changes == [("new", "storage/fast-vs-cheap"), ("gone", "storage/war-story")]
        assert OWN in text
        assert revise(chapter, text) == ([("gone", "storage/war-story")], text)


def test_points_added_by_hand_keep_their_order_and_follow_the_point_they_stood_behind():
    second = OWN.replace("war-story", "second").replace("The night the bucket vanished", "Whom to wake")
    outline = OUTLINE.replace(
        "      # the reader's favourite\n", OWN + second + "      # the reader's favourite\n"
    )
    chapter = BEFORE.replace("- Partition by date\n", "").replace("night\n", "night\n- Partition by date\n")
    changes, text = revise(chapter, outline)
    assert ("moved", "storage/by-date") in changes
    assert f"- id: by-date\n        text: Partition by date\n        needs: [concepts]\n{OWN}{second}" in text


def test_a_section_that_is_gone_stays_with_its_points_and_comments():
    changes, text = revise(
        "# Chapter 1: Data\n\n## Delivery\n\n- Retries need idempotency\n- Batch vs streaming\n"
    )
    assert changes == [
        ("gone", "storage"), ("gone", "storage/by-date"), ("gone", "storage/large-files"),
        ("gone", "storage/compaction"),
    ]  # fmt: skip
    at = OUTLINE.index("sections:")
    assert text.endswith(OUTLINE[at:])


def test_a_section_whose_points_all_moved_away_stays_until_it_is_dropped():
    chapter = "# Chapter 1: Data\n\n## Storage\n\n" + "".join(
        line + "\n" for line in BEFORE.splitlines() if line.startswith("- ")
    )
    changes, text = revise(chapter)
    assert ("gone", "delivery") in changes
    assert "# then delivery\n  - id: delivery\n    title: Delivery\n" in text
    assert "id: delivery" not in revise(chapter, drop_gone=True)[1]


def test_a_reworded_point_keeps_its_id_its_needs_and_its_comment():
    chapter = (
        BEFORE.replace("Partition by date", "Partition by event date")
        .replace("Keep files large", "Keep most files large: no crumbs")
        .replace("Compact every night", "Compact each night")
        .replace("Retries need idempotency", "Retries need idempotent writes")
    )
    changes, text = revise(chapter)
    assert changes == [
        ("reworded", "storage/by-date"), ("reworded", "storage/large-files"),
        ("reworded", "storage/compaction"), ("reworded", "delivery/retries"),
    ]  # fmt: skip
    assert "- id: by-date\n        text: Partition by event date\n        needs: [concepts]\n" in text
    assert 'text: "Keep most files large: no crumbs"  # 128 MB\n' in text
    assert '- id: compaction\n        text: "Compact each night"\n\n  # then delivery\n' in text
    assert "{id: retries, text: Retries need idempotent writes}  # at least once\n" in text


FORMS = [
    ("Retry", "Retries"), ("Retries", "Retry policy"), ("Idempotency", "Idempotence"), ("Lag", "Lags"),
    ("Colour", "Color"), ("Normalise", "Normalize"), ("Orchestration", "Ochestration"),
    ("Partitioning", "Partitions"), ("Caching", "Cache"), ("Ownership", "Owners"), ("Data skew", "Skewed data"),
    ("Data lake", "Datalake"), ("Write-ahead log", "Write ahead logs"), ("Schema drift", "Schemas drifting"),
]  # fmt: skip
OTHERS = [
    ("Encoding", "Decoding"), ("Stateful", "Stateless"), ("Upstream", "Downstream"), ("Batch", "Patch"),
    ("Locks", "Clocks"), ("Commit", "Common"), ("Cost", "Lost"), ("東京", "京都"), ("Сбой", "Цена"),
    ("Availability", "Reliability"), ("Compact them", "Sort them"),
]  # fmt: skip


def of_lines(lines: list[str]) -> str:
    return "# Chapter 1: Data\n\n## Storage\n\n" + "".join(f"- {line}\n" for line in lines)


def outline_of(lines: list[str]) -> str:
    """Return an outline whose ids say nothing, so that points are known by their words alone."""
    points = "".join(
        f"      - id: p{number}\n        text: {line}\n        needs: [concepts]  # mine\n"
        for number, line in enumerate(lines)
    )
    return (
        f"id: ch01\nnumber: 1\ntitle: Data\nsections:\n  - id: s\n    title: Storage\n    points:\n{points}"
    )


@pytest.mark.parametrize("others", [0, 60], ids=["few", "many"])
@pytest.mark.parametrize(("before", "after"), FORMS)
def test_a_short_label_in_another_form_or_spelling_keeps_its_id_and_needs(
    before: str, after: str, others: int
):
    more = [f"Number{number} is steady{number}" for number in range(others)]
    changes, text = revise(of_lines([after, *more]), outline_of([before, *more]))
    assert changes == [("reworded", "s/p0")]
    assert f"- id: p0\n        text: {after}\n        needs: [concepts]  # mine\n" in text


@pytest.mark.parametrize(("before", "after"), OTHERS)
def test_a_short_label_that_only_sounds_alike_is_another_point(before: str, after: str):
    changes, _ = revise(of_lines([after]), outline_of([before]))
    assert [what for what, _ in changes] == ["new", "gone"]


def test_each_of_several_short_labels_takes_the_id_of_the_likest():
    before = ["Retries", "Partitions", "Lag", "Replicas"]
    after = ["Replication", "Lags", "Retry", "Partitioning"]
    _, text = revise(of_lines(after), outline_of(before))
    pairs = [(0, "Retry"), (1, "Partitioning"), (2, "Lags"), (3, "Replication")]
    assert all(f"- id: p{number}\n        text: {label}\n" in text for number, label in pairs)


def test_a_heading_in_another_form_is_the_same_section():
    changes, text = revise("# Chapter 1: Data\n\n## Retries\n\n- Jitter\n", OUTLINE_OF_RETRY)
    assert changes == [("reworded", "r"), ("new", "r/jitter"), ("gone", "r/backoff")]
    assert "- id: r\n    title: Retries\n" in text


OUTLINE_OF_RETRY = """\
id: ch01
number: 1
title: Data
sections:
  - id: r
    title: Retry
    points:
      - id: backoff
        text: Wait longer each time
"""


def test_a_point_that_moved_keeps_its_id_and_takes_its_comment_along():
    line = "- Keep files large\n"
    changes, text = revise(BEFORE.replace(line, "").replace("- Batch", line + "- Batch"))
    assert changes == [("moved", "delivery/large-files")]
    assert "# at least once\n      # the reader's favourite\n      - id: large-files\n" in text


def test_points_and_sections_in_another_order_are_moved():
    chapter = (
        "# Chapter 1: Data\n\n## Delivery\n- Batch vs streaming\n- Retries need idempotency\n\n## Storage\n"
        + "".join(f"- {line}\n" for line in ("Partition by date", "Keep files large", "Compact every night"))
    )
    changes, text = revise(chapter)
    assert [what for what, _ in changes] == ["moved", "moved"]
    assert (
        text.index("# then delivery")
        < text.index("id: speed")
        < text.index("id: retries")
        < text.index("# why storage")
    )


def test_a_section_with_a_new_title_is_known_by_its_points():
    changes, text = revise(BEFORE.replace("## Storage", "## Where bytes live"))
    assert changes == [("reworded", "storage")]
    assert "  # why storage comes first\n  - id: storage\n    title: Where bytes live\n" in text


def test_an_authors_wording_stays_where_it_says_all_that_the_chapter_says():
    outline = OUTLINE.replace("text: Partition by date", "text: Partition big tables by date, never by user")
    assert revise(BEFORE, outline)[0] == []


def test_an_authors_wording_stays_while_the_chapter_is_what_it_was():
    taken, _ = take_outline(BEFORE.encode(), "ch01.md", NOTE_TYPES)
    assert taken
    text = format_outline(taken).replace("Compact every night", "Merge small files nightly")
    assert revise(BEFORE, text)[0] == []
    changed = revise(BEFORE + "- More\n", text)
    assert ("new", "delivery/more") in changed[0]


def test_a_line_is_known_by_its_id_where_no_word_is_left():
    outline = OUTLINE.replace("id: compaction", "id: vacuum")
    changes, _ = revise(BEFORE.replace("- Compact every night", "- Vacuum"), outline)
    assert changes == [("reworded", "storage/vacuum")]


def test_a_new_point_never_takes_the_id_of_one_that_moved_away():
    """A note that covers the old point must not come to cover another without anyone noticing."""
    outline = OUTLINE.replace("id: speed", "id: lag")
    chapter = BEFORE.replace("- Batch vs streaming", "- Lag").replace(
        "- Keep", "- Batch vs streaming\n- Keep"
    )
    changes, _ = revise(chapter, outline)
    assert changes == [("moved", "storage/lag"), ("new", "delivery/lag-2")]


def test_an_empty_outline_is_filled():
    outline = "id: ch01\nnumber: 1\ntitle: Data\nsections: []\n"
    with_sections = "id: ch01\nnumber: 1\ntitle: Data\nsections:\n"
    for text in (outline, with_sections):
        changes, updated = revise(BEFORE, text)
        assert {what for what, _ in changes} == {"new"}
        assert "- id: partition-date" in updated


@pytest.mark.parametrize("points", ["points: []  # none yet", "points:  # none yet", "points: [\n    ]", ""])
def test_a_section_without_points_is_filled(points: str):
    outline = f"id: ch01\nnumber: 1\ntitle: Data\nsections:\n  - id: s\n    title: Storage\n    {points}\n"
    changes, text = revise(of_lines(["Partition by date"]), outline)
    assert changes == [("new", "s/partition-date")]
    assert ("# none yet" in points) == ("points:  # none yet\n      - id: partition-date\n" in text)


def test_a_section_on_one_line_is_refused():
    outline = "id: ch01\nnumber: 1\ntitle: Data\nsections:\n  - {id: s, title: Storage, points: []}\n"
    with pytest.raises(UnusualLayoutError, match="line 5"):
        revise(of_lines(["Partition by date"]), outline)


def test_a_moved_point_that_needs_a_new_id_keeps_its_words_and_its_neighbours_keep_theirs():
    outline = (
        outline_of(["Keep files large", "Partition by date"])
        .replace("id: p0", "id: lag").replace("id: p1", "id: keep-files-large")
        + "  - id: d\n    title: Delivery\n    points:\n      - id: lag\n        text: Retries need idempotency\n"
    )  # fmt: skip
    chapter = (
        of_lines(["Partition by date"]) + "\n## Delivery\n\n- Retries need idempotency\n- Keep files large\n"
    )
    changes, text = revise(chapter, outline)
    assert changes == [("moved", "d/keep-files-large")]
    assert (
        "- id: keep-files-large\n        text: Keep files large\n        needs: [concepts]  # mine\n" in text
    )
    assert text.count("text: Partition by date\n") == 1


@pytest.mark.parametrize(
    "points", ["[{id: a, text: A}, {id: b, text: B}]", "\n      -\n        id: a\n        text: A"]
)
def test_a_layout_that_cannot_be_kept_is_refused(points: str, run: Run):
    outline = f"id: ch01\nnumber: 1\ntitle: Data\nsections:\n  - id: s\n    title: S\n    points: {points}\n"
    Path("outline.yaml").write_text(outline)
    Path("ch01.md").write_text("# Chapter 1: Data\n## S\n- A\n- C\n")
    result = run("outline", "ch01.md", "--diff", "outline.yaml", "--update")
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert "must start on a line of its own" in result.stderr
    assert Path("outline.yaml").read_text() == outline


def test_the_command_shows_what_differs_and_writes_it_in_on_demand(run: Run):
    Path("outline.yaml").write_text(OUTLINE)
    Path("ch01.md").write_text(
        BEFORE.replace("- Keep files large\n", "- Keep most files large\n").replace(
            "- Batch", "- Lag\n- Batch"
        )
    )
    result = run("outline", "ch01.md", "--diff", "outline.yaml")
    assert result.exit_code == 1
    assert result.stdout == (
        "reworded  storage/large-files\n  - Keep files large\n  + Keep most files large\n"
        "new       delivery/lag\n  + Lag\n"
        "1 reworded, 1 new.\n"
    )
    assert Path("outline.yaml").read_text() == OUTLINE
    assert run("outline", "ch01.md", "--diff", "outline.yaml", "--update").stdout.endswith(
        "Updated outline.yaml\n"
    )
    again = run("outline", "ch01.md", "--diff", "outline.yaml")
    assert (again.exit_code, again.stdout) == (0, "The outline is up to date.\n")


def test_update_says_that_what_is_gone_is_kept_and_drop_gone_deletes_it(run: Run):
    Path("outline.yaml").write_text(OUTLINE)
    Path("ch01.md").write_text(BEFORE.replace("- Keep files large\n", ""))
    diff = ("outline", "ch01.md", "--diff", "outline.yaml")
    kept = "gone      storage/large-files\n  - Keep files large\n1 gone.\n"
    note = "What is gone is kept; `--drop-gone` deletes it.\n"
    assert run(*diff, "--update").stdout == f"{kept}Updated outline.yaml\n{note}"
    assert "128 MB" in Path("outline.yaml").read_text()
    assert run(*diff, "--update").stdout == kept + note
    assert run(*diff).stdout == kept
    assert run(*diff, "--drop-gone").exit_code == 2
    assert run(*diff, "--update", "--drop-gone").stdout == f"{kept}Updated outline.yaml\n"
    assert "128 MB" not in Path("outline.yaml").read_text()
    assert run(*diff).stdout == "The outline is up to date.\n"


def test_an_outline_with_errors_is_not_touched(run: Run):
    Path("outline.yaml").write_text(OUTLINE.replace("title: Delivery", "tilte: Delivery"))
    Path("ch01.md").write_text(BEFORE)
    result = run("outline", "ch01.md", "--diff", "outline.yaml", "--update")
    assert result.exit_code == 1
    assert "unknown-key" in result.stderr
    assert "nothing was compared" in result.stderr


def test_update_keeps_windows_line_ends(run: Run):
    Path("outline.yaml").write_text(OUTLINE, newline="\r\n")
    Path("ch01.md").write_text(BEFORE.replace("- Keep files", "- Fast vs cheap\n- Keep most files"))
    run("outline", "ch01.md", "--diff", "outline.yaml", "--update")
    data = Path("outline.yaml").read_bytes()
    assert b"Keep most files large" in data
    assert b"id: fast-vs-cheap\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_update_keeps_a_link_a_link_and_who_may_read_the_file(run: Run):
    Path("shared").mkdir()
    real, link = Path("shared/outline.yaml"), Path("outline.yaml")
    real.write_text(OUTLINE)
    real.chmod(0o640)
    link.symlink_to(real)
    Path("ch01.md").write_text(BEFORE + "- Lag\n")
    run("outline", "ch01.md", "--diff", "outline.yaml", "--update")
    assert link.is_symlink()
    assert "id: lag" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in real.parent.iterdir()] == ["outline.yaml"]


SECTIONS = CHAPTER.split("\n## ")


@given(st.permutations(range(1, len(SECTIONS))), st.data())
@settings(max_examples=25, deadline=None)
def test_any_revision_of_chapter_36_can_be_written_in_and_keeps_every_id(
    order: list[int], data: st.DataObject
):
    """Sections in any order, lines dropped and added anywhere: what the chapter still says keeps its id."""
    outline = (REPOSITORY / "cards" / "ch36" / "outline.yaml").read_text(encoding="utf-8")
    chapter = "\n## ".join([SECTIONS[0], *(SECTIONS[number] for number in order)])
    lines = chapter.split("\n")
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(2, len(lines) - 1))
        if lines[at].startswith("- "):
            lines[at : at + data.draw(st.integers(0, 1))] = data.draw(
                st.sampled_from([[], ["- Something new"]])
            )
    changes, text = revise("\n".join(lines), outline)
    before = read_outline(outline.encode(), "o.yaml", KINDS, "")[0]
    after = read_outline(text.encode(), "o.yaml", KINDS, "")[0]
    assert before
    assert after
    gone = {place for what, place in changes if what == "gone"}
    moved = [place for what, place in changes if what == "moved"]
    kept = {name.removeprefix("ch36/") for name in after.points}
    for name in before.points:
        place = name.removeprefix("ch36/")
        assert place in kept or any(place.split("/")[1] in new for new in moved)
    for name, (_, point) in after.points.items():
        if name in before.points and name.removeprefix("ch36/") not in gone:
            assert point.needs == before.points[name][1].needs


def test_unusual_layout_says_where():
    with pytest.raises(UnusualLayoutError, match="line 9"):
        revise(
            BEFORE,
            OUTLINE.replace("sections:\n  # why storage comes first\n", "sections:\n").replace(
                "  - id: storage", "  -\n    id: storage"
            ),
        )
