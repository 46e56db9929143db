"""The base install comes by wheels alone, on each platform and Python that deckgen is for."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from conftest import REPOSITORY
from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = range(17, 29)  # from manylinux2014 to the oldest that distributions still keep
# What markers call the system, and the tags of wheels that it takes; pip knows older macOS itself.
PLATFORMS = {
    "Windows x64": ("Windows", ["win_amd64"]),
    "macOS arm64": ("Darwin", ["macosx_11_0_arm64"]),
    "macOS x86-64": ("Darwin", ["macosx_11_0_x86_64"]),
    "Linux x86-64": ("Linux", ["manylinux2014_x86_64", *(f"manylinux_2_{n}_x86_64" for n in GLIBC)]),
    "Linux aarch64": ("Linux", ["manylinux2014_aarch64", *(f"manylinux_2_{n}_aarch64" for n in GLIBC)]),
    "musl x86-64": ("Linux", ["musllinux_1_1_x86_64", "musllinux_1_2_x86_64"]),
    "musl aarch64": ("Linux", ["musllinux_1_1_aarch64", "musllinux_1_2_aarch64"]),
}
SYS_PLATFORMS = {"Windows": "win32", "Darwin": "darwin", "Linux": "linux"}


def dependencies(package: str, environment: dict[str, str]) -> Iterator[str]:
    """Yield what a package needs on another machine, and what that needs in turn."""
    try:
        wanted = map(Requirement, requires(package) or ())
    except PackageNotFoundError:  # one that only other systems need, and that has none here
        return
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement.name
            yield from dependencies(requirement.name, environment)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_base_install_needs_no_compiler(platform: str, python: str):
    system, tags = PLATFORMS[platform]
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_system": system,
        "sys_platform": SYS_PLATFORMS[system],
        "extra": "",
    }
    packages = sorted(set(dependencies("deckgen-anki", environment)))
    assert "comrak-ext" in packages
    # Without dependencies: pip would look at their markers as if for this machine.
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
    command += ["--quiet", "--disable-pip-version-check", "--target", "nowhere", "-c", "constraints.txt"]
    command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    command += [argument for tag in tags for argument in ("--platform", tag)]
    result = subprocess.run(
        [*command, *packages], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, re.findall(r"(?m)^ERROR: .*", result.stderr)
