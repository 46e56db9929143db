"""When content last changed, and what the clock and SOURCE_DATE_EPOCH may say of it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from deckgen.lock.options import ShippingOptions
from deckgen.lock.stamps import BuildTime, build_time, check_lock_stamps, check_stamps, stamp, stamp_note
from deckgen.model.diagnostics import Finding, Span

PLACE = Span("deckgen.lock", 1)
NOW = 1_760_000_000
DAY = 86_400


class Shipped(NamedTuple):
    source_hash: str
    mod: int
    rendered_hash: str = "html"


def codes(findings: list[Finding]) -> list[str]:
    assert all(one.span == PLACE for one in findings)
    return [one.code.name for one in findings]


@pytest.mark.parametrize(
    ("content", "shipped", "mod", "expected"),
    [
        ("aaaa", "aaaa", 50, 50),
        ("aaaa", "aaaa", 150, 150),
        ("bbbb", "aaaa", 50, 100),
        ("bbbb", "aaaa", 99, 100),
        ("bbbb", "aaaa", 100, 101),
        ("bbbb", "aaaa", 150, 151),
    ],
)
def test_what_changed_rises_above_its_last_stamp_and_the_rest_keeps_it(
    content: str, shipped: str, mod: int, expected: int
):
    assert stamp(content, shipped, mod, 100) == expected


@pytest.mark.parametrize(
    ("content", "rendered", "refresh", "expected"),
    [
        ("aaaa", "html", False, ("aaaa", "html", 50)),
        ("bbbb", "html", False, ("bbbb", "html", 50)),  # written in another way
        ("bbbb", "html", True, ("bbbb", "html", 50)),
        ("aaaa", "newer", False, ("aaaa", "html", 50)),  # rendered in another way, by a newer library
        ("aaaa", "newer", True, ("aaaa", "newer", 100)),
        ("bbbb", "newer", False, ("bbbb", "newer", 100)),
    ],
)
def test_a_note_changed_where_both_its_source_and_its_rendering_did(
    content: str, rendered: str, expected: tuple[str, str, int], *, refresh: bool
):
    now = Shipped(content, 0, rendered)
    assert stamp_note(now, Shipped("aaaa", 50), 100, refresh=refresh) == expected
    later = stamp_note(Shipped("bbbb", 0, "newer"), Shipped("aaaa", 100), 100, refresh=False)
    assert later == ("bbbb", "newer", 101)
    assert stamp_note(now, None, 100, refresh=refresh) == (content, rendered, 100)


@pytest.mark.parametrize(("floor", "expected"), [(NOW - 1, NOW), (NOW, NOW + 1), (NOW + 9, NOW + 10)])
def test_a_change_rises_above_the_stamp_that_another_branch_gave(floor: int, expected: int):
    options = ShippingOptions(BuildTime(NOW * 1000), "Test", {}, PLACE, stamps_elsewhere={"guid": floor})
    assert (options.least_stamp("guid"), options.least_stamp("another")) == (expected, NOW)


@pytest.mark.parametrize(
    ("epoch", "seconds", "fixed"),
    [(None, NOW, False), ("", NOW, False), (str(NOW), NOW, True), ("1000000000", 1_000_000_000, True)],
)
def test_the_time_of_a_build_is_the_clocks_or_what_the_variable_says(
    epoch: str | None, seconds: int, *, fixed: bool
):
    time, findings = build_time(epoch, NOW * 1000, PLACE)
    assert (time.seconds, time.fixed, findings) == (seconds, fixed, [])
    assert time.milliseconds == seconds * 1000


@pytest.mark.parametrize(
    "epoch", [str(NOW + 1), "999999999", "-1", "soon", "1760000000.5", "\u0661" * 10, "100000000000"]
)
def test_a_variable_that_cannot_be_obeyed_is_an_error_and_the_clock_holds(epoch: str):
    time, findings = build_time(epoch, NOW * 1000, PLACE)
    assert codes(findings) == ["source-date-epoch"]
    assert findings[0].message.startswith("SOURCE_DATE_EPOCH")
    assert (time.milliseconds, time.fixed) == (NOW * 1000, False)


@pytest.mark.parametrize(
    ("clock_ms", "said"),
    [(999_999_999_999, "2001-09-09 01:46:39"), (0, "1970-01-01 00:00:00"), (-5, "1970-01-01 00:00:00")],
)
def test_a_clock_from_before_anki_is_an_error(clock_ms: int, said: str):
    time, findings = build_time(None, clock_ms, PLACE)
    assert codes(findings) == ["clock-unset"]
    assert said in findings[0].message
    assert build_time(None, time.milliseconds, PLACE)[1] == []  # what else is found is of a possible time


def test_the_clock_is_kept_to_the_millisecond():
    assert build_time(None, NOW * 1000 + 789, PLACE)[0].milliseconds == NOW * 1000 + 789
    assert BuildTime(NOW * 1000 + 999).seconds == NOW


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (None, []),
        (NOW, []),
        (NOW + 2, []),  # a build within the last two seconds: one waits for the clock
        (NOW + 3, ["clock-behind"]),
        (NOW + DAY, ["clock-behind"]),
        (NOW + DAY + 1, ["clock-wrong"]),
    ],
)
def test_a_change_stamped_ahead_of_the_clock_is_said_and_by_a_day_an_error(
    changed: int | None, expected: list[str]
):
    assert codes(check_stamps(changed, BuildTime(NOW * 1000), PLACE)) == expected


def test_the_time_of_the_last_build_and_of_the_clock_are_named():
    message = check_stamps(NOW + 61, BuildTime(NOW * 1000), PLACE)[0].message
    assert "2025-10-09 08:54:20 UTC" in message
    assert "2025-10-09 08:53:20 UTC" in message


def test_a_change_under_a_fixed_time_is_an_error():
    fixed = BuildTime(NOW * 1000, fixed=True)
    assert codes(check_stamps(NOW - 100, fixed, PLACE)) == ["source-date-epoch"]
    assert codes(check_stamps(None, fixed, PLACE)) == []


@pytest.mark.parametrize(
    ("stamps", "fixed", "expected"),
    [
        ([], False, []),
        ([NOW + 2, 5], False, []),
        ([5, NOW + 3, 7], False, ["clock-behind"]),
        ([NOW + 3], True, []),
    ],
)
def test_a_stamp_of_the_lock_that_lies_in_the_future_is_said(
    stamps: list[int], expected: list[str], *, fixed: bool
):
    assert codes(check_lock_stamps(stamps, BuildTime(NOW * 1000, fixed), PLACE)) == expected
