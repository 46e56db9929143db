"""Damaged and hostile files of every kind end in findings; what a fuzzer found once stands in corpus/."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import REPOSITORY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import SEEDS, TARGETS, check

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*/*"))
HOSTILE = [b"\x00", b"\xff", b"\x1b[2J", "\u202e".encode(), b"9" * 5_000, b"{" * 300, b"[" * 300, b"(" * 300, b"{{#A}}" * 300,
           b"\n", b"\t", b"'", b'"', b"&a [*a]", b"!!x ", b": ", b"- ", b"<!--", b"{{", b"}}", b"/*", b"url(", b"-0", b"1e999"]  # fmt: skip


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_what_was_found_once_is_found_no_more(file: Path):
    check(file.parent.name, file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_reported(target: str, data: st.DataObject):
    seed = SEEDS.get(target)
    content = (REPOSITORY / seed).read_bytes()[:8_000] if seed else data.draw(st.binary(max_size=300))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.sampled_from([0, 0, 1, 5, 200]))
        content = content[:at] + data.draw(st.sampled_from(HOSTILE)) + content[at + cut :]
    check(target, content)
