"""Frozen values: msgspec's structs, which are quick to make and to define (docs/performance.md); and JSON."""

from __future__ import annotations

from msgspec import Struct, field, to_builtins
from msgspec.json import decode as decode_json
from msgspec.json import encode as encode_json
from msgspec.structs import force_setattr, replace

__all__ = ["Struct", "decode_json", "encode_json", "field", "force_setattr", "replace", "to_builtins"]
