"""Every construct of our Markdown: the cases of ``markup.txt``, and a project whose notes hold them all."""

from __future__ import annotations

import re
from pathlib import Path

from author import Author, cloze, concept, question

FILE = Path(__file__).parent / "markup.txt"


def markup_cases() -> list[tuple[str, str, str]]:
    """Return each case's name, source and expected HTML."""
    _, *parts = re.split(r"^=== (.*)\n", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [
        (name, *(part.strip("\n") for part in (*text.split("--- html\n"), "")[:2]))
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    ]


def write_every_construct(author: Author) -> None:
    """Write three notes that hold every case, a picture, and characters that HTML writes in several ways."""
    unclosed = "code that ends with the text"  # stops a build
    sources = {name: source for name, source, _ in markup_cases() if name != unclosed}
    clozes = [source for name, source in sources.items() if name.startswith("cloze")]
    others = [source for name, source in sources.items() if not name.startswith("cloze")]
    (author.root / "media").mkdir()
    (author.root / "media/a & b's.png").write_bytes(b"PNG")
    text = '"it\'s" <br> &nbsp; a\u0300 & <b>b</b>'
    picture = f'![x < y & "z"](<a & b\'s.png>) {text}'
    author.notes(
        concepts=[concept("pictures", answer=picture, why=text, source=text, as_of="2026-01-01")],
        questions=[question("everything", structure=others, strong=picture)],
        clozes=[cloze("deletions", "\n\n".join(clozes), extra=text)],
    )
