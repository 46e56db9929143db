"""How a long run says which stage it is at."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]  # called with the name of each stage as it begins


def no_progress(_stage: str) -> None:
    """Say nothing."""
