"""Frozen values: msgspec's structs, which are quick to make and to define (docs/performance.md); and JSON."""

from __future__ import annotations

from deckgen.lean_imports import absent, late_patterns

# msgspec asks typing_extensions first for what `typing` has had since Python 3.11, and that one imports
# inspect and ast: a seventh of the time of a build after an edit.
with absent("typing_extensions"), late_patterns():
    from msgspec import Struct, field, to_builtins
    from msgspec.json import encode as encode_json
    from msgspec.structs import force_setattr, replace

__all__ = ["Struct", "encode_json", "field", "force_setattr", "replace", "to_builtins"]
