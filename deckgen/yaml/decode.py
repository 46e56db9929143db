"""Decodes the bytes of a text file."""

from __future__ import annotations

import re

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at

FILE_ENCODING = Code(
    "file-encoding",
    Severity.ERROR,
    "The file is not UTF-8 text",
    "deckgen reads UTF-8 and nothing else. A file saved in another code page, or a binary file, would "
    "put wrong letters on the cards.",
)
FILE_BOM = Code(
    "file-bom",
    Severity.WARNING,
    "The file starts with a byte order mark",
    "UTF-8 needs no byte order mark. deckgen skips it, but other tools show it as a stray character.",
)
FILE_CRLF = Code(
    "file-crlf",
    Severity.INFO,
    "The file has Windows line endings",
    "deckgen reads them as LF, so cards are the same on every system, but mixed line endings make noisy "
    "diffs. With git, a `.gitattributes` line `*.yaml text eol=lf` prevents them.",
)
LINE_SEPARATOR = Code(
    "line-separator",
    Severity.WARNING,
    "A character ends a line for YAML and for nobody else",
    "Web pages and chats use U+2028, U+2029 or U+0085 to break a line. Editors show nothing there, and YAML "
    "starts a new line. Here each is read as a space.",
)
CODES = (FILE_ENCODING, FILE_BOM, FILE_CRLF, LINE_SEPARATOR)

_SEPARATOR = "[\x85\u2028\u2029]"


def decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """Decode a UTF-8 file; a byte order mark, CRLF and unusual line ends are replaced and reported."""
    findings = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        message = "The file starts with a byte order mark."
        findings.append(FILE_BOM.at(Span(path), message, "Save it as UTF-8 without BOM."))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        message = f"Byte 0x{data[error.start]:02x} here is not UTF-8."
        finding = FILE_ENCODING.at(span_at(path, before, len(before)), message, "Save the file as UTF-8.")
        return None, [*findings, finding]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        form = "Windows line endings (CRLF)" if "\r\n" in text else "line endings of old Macs (CR)"
        message = f"The file has {form}."
        findings.append(FILE_CRLF.at(Span(path, line), message, "Save it with LF line endings."))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        for match in re.finditer(_SEPARATOR, text):
            message = f"The line separator U+{ord(match[0]):04X} stands here; it is read as a space."
            hint = "Write a space or a line break in its place."
            findings.append(LINE_SEPARATOR.at(span_at(path, text, match.start()), message, hint))
        text = re.sub(_SEPARATOR, " ", text)
    return text, findings
