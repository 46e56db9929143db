"""A picture larger than screens is reported from its header, whatever its format; a damaged one does no harm."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deckgen.model.diagnostics import Span
from deckgen.model.notes import MediaFile
from deckgen.source.media import MediaLibrary

_ORIENTATION = 0x0112  # in Exif
_ON_ITS_SIDE = 6


def picture(kind: str, size: tuple[int, int], **options: object) -> bytes:
    file = BytesIO()
    Image.new("L", size).save(file, kind, **options)
    return file.getvalue()


def messages(root: Path, content: bytes, name: str = "a.png") -> list[str]:
    (root / "media").mkdir(exist_ok=True)
    (root / "media" / name).write_bytes(content)
    library = MediaLibrary(root)
    assert isinstance(library.resolve(name, "ch01/a.yaml", Span("ch01/a.yaml")), MediaFile)
    return [f"{finding.message} {finding.hint}" for finding in library.findings(all_read=True)]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "avif", "bmp", "tiff"])
def test_each_format_tells_its_size(tmp_path: Path, kind: str):
    (message,) = messages(tmp_path, picture(kind, (2400, 12)), f"a.{kind}")
    assert "2,400 by 12 pixels" in message
    assert "Scale it down to 2,000 by 10," in message
    assert messages(tmp_path, picture(kind, (2000, 10)), f"a.{kind}") == []


def test_a_photograph_taken_upright_is_measured_as_it_is_seen(tmp_path: Path):
    exif = Image.Exif()
    exif[_ORIENTATION] = _ON_ITS_SIDE
    (message,) = messages(tmp_path, picture("jpeg", (2400, 12), exif=exif), "a.jpg")
    assert "12 by 2,400 pixels" in message


STARTS = [picture(kind, (8, 8))[:200] for kind in ("png", "jpeg", "gif", "webp", "avif", "tiff")]


@given(st.sampled_from(STARTS), st.integers(0, 200), st.binary(max_size=40))
def test_a_damaged_picture_is_left_to_those_who_see_it(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, kept: int, rest: bytes
):
    for message in messages(tmp_path_factory.getbasetemp(), start[:kept] + rest):
        assert "pixels" in message  # what its header says, right or not
