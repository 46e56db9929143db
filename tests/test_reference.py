"""The reference pages are what the code says, and the site leads to every page."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import REPOSITORY

sys.path.append(str(REPOSITORY / "tools"))
from reference import DOCS, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_is_what_the_code_says(name: str):
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == pages()[name].rstrip() + "\n", "run `make docs`"


def _files(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for inner in nav.values() if isinstance(nav, dict) else nav:
            yield from _files(inner)


def test_the_site_leads_to_every_page():
    settings = tomllib.loads((REPOSITORY / "zensical.toml").read_text(encoding="utf-8"))
    assert sorted(_files(settings["project"]["nav"])) == sorted(page.name for page in DOCS.glob("*.md"))
