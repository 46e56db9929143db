"""Where the project is found: whoever publishes it sets OWNER, here and nowhere else."""

from __future__ import annotations

OWNER = "OWNER"
REPOSITORY = f"https://github.com/{OWNER}/deckgen"
DOCUMENTS = f"https://{OWNER}.github.io/deckgen"


def install_command(extra: str) -> str:
    """Return what installs deckgen with an extra, as long as it is on no package index."""
    return f'pip install "deckgen-anki[{extra}] @ git+{REPOSITORY}"'


def address_of_code(name: str, *, is_rule: bool) -> str:
    """Return the address of the page on the code of a finding."""
    return f"{DOCUMENTS}/{'rules' if is_rule else 'findings'}/#{name}"
