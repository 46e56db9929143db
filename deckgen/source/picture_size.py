"""Pictures with more pixels than a screen."""

from io import BytesIO

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.notes import MediaFile

PICTURE_LARGE = Code(
    "picture-large",
    Severity.WARNING,
    "A picture has more pixels than a screen",
    "A phone shows a card some 1,400 pixels wide, a desktop some 1,900. In a larger picture small words are "
    "shrunk until they cannot be read, and each device still syncs and unpacks all of it.",
)
CODES = (PICTURE_LARGE,)

_MOST_PIXELS = 2_000  # on the longer side
_HEADER = 1 << 20  # in which a picture says its size, behind the thumbnails of a camera


def too_many_pixels(media: MediaFile) -> Finding | None:
    """Report a picture larger than screens; one that is drawn (SVG), or that says no size, has none."""
    if media.location.suffix.lower() == ".svg":
        return None
    from imagesize import get  # noqa: PLC0415 - slow to import, and most projects have no picture

    try:
        with media.location.open("rb") as file:
            width, height = get(BytesIO(file.read(_HEADER)))
    except OSError:  # it was there a moment ago; whoever packs it reports that
        return None
    longer = max(width, height)
    if longer <= _MOST_PIXELS:
        return None
    smaller = [max(1, round(side * _MOST_PIXELS / longer)) for side in (width, height)]
    message = (
        f"The picture has {width:,} by {height:,} pixels, and screens show {_MOST_PIXELS:,} a side at most."
    )
    hint = f"Scale it down to {smaller[0]:,} by {smaller[1]:,}, or cut out the part that matters."
    return PICTURE_LARGE.at(Span(media.path), message, hint)
