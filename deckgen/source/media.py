"""Pictures and recordings that notes refer to: found, hashed once, and named for the package."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from deckgen.model.diagnostics import Code, Finding, Severity, Span, nearest
from deckgen.model.limits import MEDIA_MB, leads_outside, lies_outside
from deckgen.model.notes import MediaFile
from deckgen.model.text import Text
from deckgen.source.files import is_file, shown_path, too_large, unreadable, walk
from deckgen.source.media_risks import PICTURES, risks_of
from deckgen.source.picture_size import too_many_pixels
from deckgen.source.project import MEDIA_FOLDER

MEDIA_MISSING = Code(
    "media-missing",
    Severity.ERROR,
    "A picture or recording does not exist",
    "It is looked for beside the note's file, then in `media/`. Anki shows a broken picture, and says "
    "nothing when it imports one.",
    bad="answer: '![Lag](lga.png)'",
    good="answer: '![Consumer lag over a day](lag.png)'",
)
MEDIA_OUTSIDE = Code(
    "media-outside",
    Severity.ERROR,
    "A file outside the project is referred to",
    "The project must build on another machine, and must not ship a private file by accident.",
    bad="answer: '![Lag](../../desktop/lag.png)'",
    good="answer: '![Lag](lag.png)'",
)
MEDIA_REMOTE = Code(
    "media-remote",
    Severity.WARNING,
    "A picture is on the network",
    "A phone in a tunnel shows nothing, and the site learns when you study.",
    bad="answer: '![Lag](https://example.org/lag.png)'",
    good="answer: '![Lag](lag.png)'",
)
MEDIA_INLINE = Code(
    "media-inline",
    Severity.WARNING,
    "A picture is embedded in the text of a note",
    "Anki keeps a `data:` address in the field itself: every sync and search carries it, and no other note "
    "can use it.",
    bad="answer: '![Dot](data:image/png;base64,iVBORw0KGgo=)'",
    good="answer: '![Dot](dot.png)'",
)
MEDIA_LINK = Code(
    "media-link",
    Severity.WARNING,
    "A link leads nowhere",
    "A package contains the pictures and recordings that a card shows, but no file that it only links to. "
    "Nor are there places on a card that a link could lead to: it would open nothing.",
    bad="answer: '[Lag](lag.png)'",
    good="answer: '![Consumer lag over a day](lag.png)'",
)
LINK_UNREAD = Code(
    "link-unread",
    Severity.WARNING,
    "A picture or a link is shown as text",
    "In Markdown an address ends at a space, and stands right behind the words; otherwise the card shows "
    "brackets.",
    bad="answer: '![Lag](consumer lag.png)'",
    good="answer: '![Lag](<consumer lag.png>)'",
)
MEDIA_UNUSED = Code(
    "media-unused",
    Severity.WARNING,
    "A file in media/ is used by no note",
    "It would not be in the package: Anki drops media that no field refers to.",
)
MEDIA_SAME_NAME = Code(
    "media-same-name",
    Severity.WARNING,
    "Two files have one name and different content",
    "Each note gets the file nearest to it, which may not be the one meant. In the package both keep "
    "their own name, for a hash of the content is part of it.",
)
CODES = (
    MEDIA_MISSING,
    MEDIA_OUTSIDE,
    MEDIA_REMOTE,
    MEDIA_INLINE,
    MEDIA_LINK,
    LINK_UNREAD,
    MEDIA_UNUSED,
    MEDIA_SAME_NAME,
)

# What Anki plays, audio and video, both as `[sound:…]` (docs.ankiweb.net, "Media").
_AUDIO = (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac")
_VIDEO = (".mp4", ".webm", ".mkv", ".mov", ".ogv")
PLAYED = frozenset((*_AUDIO, *_VIDEO))
_REMOTE = r"(?i)[a-z][a-z0-9+.-]*:|//"
_LONGEST_NAME = 255


class MediaLibrary:
    """The media of one project. It remembers what notes refer to, so that it can report unused files."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._found: dict[str, MediaFile] = {}
        self._asked: set[str] = set()
        self._listed: dict[Path, dict[str, str] | None] = {}

    def asked(self) -> frozenset[str]:
        """Return the path of each file that was looked for, whether there is one or not."""
        return frozenset(self._asked)

    def resolve(self, reference: str, note_path: str, span: Span) -> MediaFile | Finding:
        """Find the file that a note refers to.

        ``reference`` is as written in Markdown: ``%20`` and the like are decoded.

        Returns:
            The file, or the finding that says why there is none.
        """
        if finding := _not_a_path(reference, span):
            return finding
        name = unquote(reference)
        folders = (PurePosixPath(note_path).parent, PurePosixPath(MEDIA_FOLDER))
        for folder in folders if _can_name_a_file(name) else ():
            wanted = self._root / folder / name
            spelt = self._as_spelt(wanted)
            self._asked.add(str(spelt or wanted))  # not resolved: a link may lead elsewhere tomorrow
            if spelt is None:
                continue
            wanted = spelt
            location = Path(os.path.realpath(wanted))
            if lies_outside(self._root, str(location)):
                hint = "Copy it into the project, into media/."
                return MEDIA_OUTSIDE.at(span, f"`{reference}` is outside the project.", hint)
            try:
                status = location.stat()
                if stat.S_ISREG(status.st_mode):
                    large = too_large(f"`{reference[:80]}`", span, status.st_size, MEDIA_MB)
                    return large or self._media_file(location)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                return unreadable(f"`{reference[:80]}`", span, error)
        otherwise = f"Put it into the folder of this file, or into {MEDIA_FOLDER}/."
        known = (*self._names, *(self._spellings_in((self._root / note_path).parent) or ()))
        hint = _nearest_file(PurePosixPath(name.replace("\\", "/")), map(PurePosixPath, known)) or otherwise
        return MEDIA_MISSING.at(span, f"There is no file `{reference[:80]}`.", hint)

    def _as_spelt(self, wanted: Path) -> Path | None:
        """Return the path as its folder spells it; None where that has no such name.

        A Mac may write `é` in two characters, Linux in one. `Lag.PNG` is `lag.png` on some systems alone, so
        it is so on none.
        """
        folder, name = wanted.parent, wanted.name
        if folder not in self._listed:
            self._listed[folder] = self._spellings_in(folder)
        spellings = self._listed[folder]
        if spellings is None:  # reading the file says what is wrong with the folder
            return wanted
        spelt = spellings.get(name) or spellings.get(_composed(name))
        return wanted.with_name(spelt) if spelt else None

    def _spellings_in(self, folder: Path) -> dict[str, str] | None:
        """Return the names in a folder, by themselves and composed; None where it cannot be read."""
        if leads_outside(self._root, folder):
            return None
        try:
            names = [path.name for path in folder.iterdir()]
        except OSError:
            return None
        return {_composed(name): name for name in names} | {name: name for name in names}

    def _media_file(self, location: Path) -> MediaFile:
        path = self._path(location)
        if path not in self._found:
            self._found[path] = MediaFile(path, _package_name(location), location)
        return self._found[path]

    def _path(self, location: Path | str) -> str:
        """Return the path of a file from the project's folder, which it may lie outside of."""
        return os.path.relpath(location, self._root).replace(os.sep, "/")

    @cached_property
    def _names(self) -> list[str]:
        files = _files_below(self._root, MEDIA_FOLDER)
        return sorted(path.relative_to(self._root / MEDIA_FOLDER).as_posix() for path in files)

    def risks(self) -> list[Finding]:
        """Report what the files that were found load, run or lack."""
        return [finding for media in self._found.values() for finding in risks_of(media)]

    def findings(self, *, all_read: bool) -> list[Finding]:
        """Report files in media/ that no note uses, different files of one name, and pictures too large.

        Where not ``all_read``, what was not may use any file.
        """
        findings = []
        for location in _files_below(self._root, MEDIA_FOLDER) if all_read else ():
            is_used = self._path(os.path.realpath(location)) in self._found or str(location) in self._asked
            if not is_used:
                hint = "Refer to it from a note, or delete it."
                span = Span(shown_path(location.relative_to(self._root).as_posix()))
                findings.append(MEDIA_UNUSED.at(span, "No note uses this file.", hint))
        by_name: dict[str, MediaFile] = {}
        for media in sorted(self._found.values(), key=lambda media: media.path):
            first = by_name.setdefault(media.location.name, media)
            if first.package_name != media.package_name:
                message = f"`{first.path}` has the same name but different content."
                findings.append(MEDIA_SAME_NAME.at(Span(media.path), message, "Rename one of them."))
            if media.location.suffix.lower() not in PLAYED and (large := too_many_pixels(media)):
                findings.append(large)
        return findings


def sounds_elsewhere(*texts: Text | None) -> Iterator[Finding]:
    """Report the texts that cards show as they are written, and that play what is on the network."""
    for text in texts:
        if text and (sound := re.search(r"(?i)\[sound:\s*((?:[a-z][a-z0-9+.-]*:|//)[^\]]*)\]", text.value)):
            hint = "Take it out; a recording stands in the text of a note, and its file in media/."
            yield MEDIA_REMOTE.at(text.at(sound.start()), f"`{sound[1][:80]}` is on the network.", hint)


def _composed(name: str) -> str:
    """Return a name with each letter in one character, as Linux writes it."""
    if name.isascii():
        return name
    from unicodedata import normalize  # noqa: PLC0415 - rarely needed

    return normalize("NFC", name)


def _nearest_file(missing: PurePosixPath, known: Iterable[PurePosixPath]) -> str:
    """Return the hint that names the picture or recording of the nearest name, before its suffix, if any."""
    media = [path for path in known if path.suffix.lower() in PICTURES | PLAYED]
    by_stem = {path.stem: path for path in sorted(media, key=lambda path: path.suffix == missing.suffix)}
    guess = nearest(missing.stem, by_stem)
    return f"Did you mean `{by_stem[guess]}`?" if guess else ""


def _not_a_path(reference: str, span: Span) -> Finding | None:
    """Report a reference that is a whole file (``data:``), an address on the network, or none.

    Markdown has dropped the addresses that no card may have, such as ``file:``.
    """
    if not reference:
        hint = "Name a file beside this one or in media/; an address with `file:` and the like is dropped."
        return MEDIA_MISSING.at(span, "This picture names no file.", hint)
    if reference[:5].lower() == "data:":
        message = f"`{reference[:40]}…` embeds a whole file in the note's text."
        hint = "Save it as a file in media/ and refer to it there: it is then shared, and checked."
        return MEDIA_INLINE.at(span, message, hint)
    if re.match(_REMOTE, reference):
        hint = "Download the file into media/ and refer to it there."
        return MEDIA_REMOTE.at(span, f"`{reference}` is on the network.", hint)
    return None


def _can_name_a_file(name: str) -> bool:
    """Tell whether a file can have this name: no NUL, and at most 255 bytes a part, as on Linux."""
    return "\0" not in name and all(len(part.encode()) <= _LONGEST_NAME for part in name.split("/"))


def _files_below(root: Path, name: str) -> Iterable[Path]:
    """Return the visible files in a folder of the project, sorted; none where it is a link out of it."""
    folder = root / name
    if leads_outside(root, folder):
        return ()
    found = (Path(place, name) for place, _, names in walk(str(folder)) for name in names)
    return sorted(path for path in found if is_file(path) and not _is_hidden(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _package_name(location: Path) -> str:
    """Return a flat name that Anki keeps as it is, and that changes with the content.

    Anki drops ``:?`` and the like, refuses folders, and never replaces a file whose name starts with
    ``_`` (rslib/src/media/files.rs), so only letters, digits, ``.`` and ``-`` are used.
    """
    with location.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=6))
    stem = re.sub(r"[^A-Za-z0-9]+", "-", location.stem).strip("-")[:40] or "media"
    return f"{stem}-{digest.hexdigest()}{location.suffix.lower()}"
