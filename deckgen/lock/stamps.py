"""The time of a build, and the stamps that come from it.

Anki updates a note when the package's stamp is newer than the reader's, and never again while the reader's
lies in the future. So stamps rise with each change and stay at or below the time of the build that saw it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from typing import Protocol

from deckgen.lock.model import LockedNote
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.notes import PackedNote
from deckgen.model.values import Struct

CLOCK_BEHIND = Code(
    "clock-behind",
    Severity.WARNING,
    "The clock is behind the last build's",
    "A changed note needs a newer stamp than its last one, or Anki would leave it alone. The last one is "
    "later than this machine's clock, so the new stamp is set just above it.",
)
CLOCK_WRONG = Code(
    "clock-wrong",
    Severity.ERROR,
    "The clock is more than a day behind the last build's",
    "Each note has a stamp, the time of its last change, and Anki updates a note only when its stamp is "
    "newer. Here the last stamp is much later than this machine's clock. If the clock is wrong, set it. If "
    "the clock was wrong at the last build: when nobody has that package, `deckgen build "
    "--reset-future-stamps` sets all stamps in the future back to the present; when readers have it, "
    "`deckgen build --keep-future-stamps` stamps changes just above those, since lower stamps would not "
    "reach them. Until that time, each import then resets those notes to what the deck says, even where a "
    "reader edited or tagged them; all other notes behave as usual.",
)
CLOCK_UNSET = Code(
    "clock-unset",
    Severity.ERROR,
    "The clock shows a time before Anki was written",
    "A machine without a battery starts in 1970. Each note's stamp comes from the clock, and readers' Anki "
    "takes a change only where the stamp is newer than the last one.",
)
SOURCE_DATE_EPOCH = Code(
    "source-date-epoch",
    Severity.ERROR,
    "SOURCE_DATE_EPOCH cannot be obeyed",
    "A change must be stamped with the time of the build that first saw it. With an earlier stamp, readers "
    "who imported the last package after that time would never get it: Anki up to 24.11 keeps the time of "
    "import. For new notes any time in the past will do, so the variable is obeyed there.",
)
CODES = (CLOCK_BEHIND, CLOCK_WRONG, CLOCK_UNSET, SOURCE_DATE_EPOCH)

_DAY = 86_400
_FIRST = 1_000_000_000  # seconds: September 2001, before Anki was written
_MEND = (
    "If the clock is wrong now, set it. If it was wrong then, build with `--reset-future-stamps` if nobody "
    "has that package, or with `--keep-future-stamps` if readers have it."
)
# Two builds within one second: the second is so short that the build can wait for it.
SECONDS_TO_WAIT = 2


class BuildTime(Struct, frozen=True):
    """When a build takes place: milliseconds since 1970; ``fixed`` if SOURCE_DATE_EPOCH says so."""

    milliseconds: int
    fixed: bool = False

    @property
    def seconds(self) -> int:
        """The time in whole seconds, as Anki's stamps are."""
        return self.milliseconds // 1000


def build_time(epoch: str | None, clock_ms: int, place: Span) -> tuple[BuildTime, list[Finding]]:
    """Return the time that a build goes by.

    Args:
        epoch: the value of SOURCE_DATE_EPOCH, None where it is not set.
        clock_ms: the machine's clock, in milliseconds since 1970.
        place: where a finding points.
    """
    if clock_ms < _FIRST * 1000:
        message = f"The clock says {readable_time(max(clock_ms, 0) // 1000)}, before Anki was written."
        return BuildTime(_FIRST * 1000), [CLOCK_UNSET.at(place, message, "Set the clock.")]
    if not epoch:
        return BuildTime(clock_ms), []
    if not (epoch.isascii() and epoch.isdigit() and len(epoch) < 12):
        message = f"SOURCE_DATE_EPOCH is `{epoch[:40]}`, not a number of seconds."
    elif int(epoch) * 1000 > clock_ms:
        message = f"SOURCE_DATE_EPOCH, {readable_time(int(epoch))}, is in the future."
    elif int(epoch) < _FIRST:
        message = f"SOURCE_DATE_EPOCH, {readable_time(int(epoch))}, is before Anki was written."
    else:
        return BuildTime(int(epoch) * 1000, fixed=True), []
    return BuildTime(clock_ms), [
        SOURCE_DATE_EPOCH.at(place, message, "Unset it, or set it to a time in the past.")
    ]


class Stamped(Protocol):
    """What was shipped: the hash of its content, and its stamp in seconds since 1970."""

    @property
    def hash(self) -> str: ...

    @property
    def mod(self) -> int: ...


def stamp(digest: str, old: Stamped | None, now: int) -> int:
    """Return when content last changed, in seconds: unchanged keeps its time, changed rises above it.

    Args:
        digest: the hash of the present content.
        old: what was shipped last.
        now: the time of this build, in seconds since 1970.
    """
    if old is None:
        return now
    return old.mod if old.hash == digest else max(now, old.mod + 1)


def stamp_note(note: PackedNote, old: LockedNote | None, now: int, *, refresh: bool) -> tuple[str, str, int]:
    """Return what a note's line in the lock says of its content: two hashes and the stamp.

    A note counts as changed where both changed: what its author wrote, and what that became. Where its
    author only wrote it in another way, it is as readers have it. Where it is only rendered in another way,
    by a newer library, readers keep it as they have it, unless ``refresh`` is asked for.
    """
    if old is None:
        return note.hash, note.rendered, now
    if note.rendered == old.rendered or (note.hash == old.hash and not refresh):
        return note.hash, old.rendered, old.mod
    return note.hash, note.rendered, max(now, old.mod + 1)


def check_stamps(changed: int | None, now: BuildTime, place: Span, ahead: int = 0) -> list[Finding]:
    """Check the newest stamp that a change of something shipped was given, None where nothing changed.

    Changes of what readers have stamped in the future, up to ``ahead``, are stamped just above that.
    """
    if changed is None:
        return []
    if now.fixed:
        message = "SOURCE_DATE_EPOCH is set, and notes or note types that readers have were changed."
        return [SOURCE_DATE_EPOCH.at(place, message, "Unset it for this build.")]
    seconds = changed - now.seconds
    if seconds <= SECONDS_TO_WAIT or changed <= ahead + 1:
        return []
    message = (
        f"An earlier build was stamped {readable_time(changed - 1)}; the clock now says "
        f"{readable_time(now.seconds)}."
    )
    if seconds > _DAY:
        return [CLOCK_WRONG.at(place, message, _MEND)]
    return [
        CLOCK_BEHIND.at(place, message, "Set the clock; until then, changes are stamped with a later time.")
    ]


def check_lock_stamps(stamps: Iterable[int], now: BuildTime, place: Span, ahead: int = 0) -> list[Finding]:
    """Report stamps of the lock that lie in the future, where no change has brought them up.

    Args:
        stamps: all that readers have, in seconds since 1970.
        now: the time of this build; one that SOURCE_DATE_EPOCH fixed lies in the past on purpose.
        place: where the finding points.
        ahead: the newest stamp that may lie in the future.
    """
    latest = max(stamps, default=0)
    if now.fixed or latest - now.seconds <= SECONDS_TO_WAIT or latest <= ahead:
        return []
    message = (
        f"The lock has a stamp of {readable_time(latest)}; the clock now says {readable_time(now.seconds)}."
    )
    return [CLOCK_BEHIND.at(place, message, _MEND)]


def free_ids(count: int, taken: Collection[int], now_ms: int) -> list[int]:
    """Return ids that no note has, the last one first: milliseconds up to now, as Anki's own are."""
    ids: list[int] = []
    candidate = now_ms
    while len(ids) < count:
        if candidate not in taken:
            ids.append(candidate)
        candidate -= 1
    return ids


def readable_time(seconds: int) -> str:
    """Return a time in seconds since 1970 in words: ``2026-03-01 12:00:00 UTC``."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
