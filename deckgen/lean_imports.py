"""Importing libraries without what they make ready and deckgen has no use for.

PyYAML compiles a dozen regular expressions for a parser and a resolver of its own, which libyaml's parser
does without; one of them goes over all of Unicode. With those that msgspec imports they took a fifth of a
build after an edit: here they are compiled when they are first used. Other libraries load a module that
they can do without.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from re import compile as compile_now
from typing import Any


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Import a library in here as if another module were not installed; one that is loaded stays.

    Python takes None in ``sys.modules`` for that (docs.python.org, the import system, the module cache).
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


class LatePattern:
    """A pattern as ``re.compile`` returns it, but compiled when something is first asked of it."""

    def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @property  # type: ignore[misc]  # mypy would have it settable
    def __class__(self) -> type:
        """What asks whether this is a pattern, as ``re.sub`` does, is to take it for one."""
        return re.Pattern

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is the pattern itself."""
        return compile_now, (self._pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(compile_now(self._pattern, self._flags), name)
        setattr(self, name, value)  # the next time it is found at once
        return value


@contextmanager
def late_patterns() -> Iterator[None]:
    """Import libraries in here: what they compile is compiled when they use it.

    So is what another thread compiles meanwhile, which does it no harm: such patterns do what all do.
    """
    re.compile = LatePattern  # type: ignore[assignment]
    try:
        yield
    finally:
        re.compile = compile_now
