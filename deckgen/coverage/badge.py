"""A badge for a README: the per cent of the points that are taught, as SVG."""

from pathlib import Path
from string import Template

from deckgen.coverage.report import CoverageReport, Errors

_TEMPLATE = Path(__file__).with_name("badge.svg")
_LABEL = "chapter coverage"
_PADDING = 6
# Pixels, about as in Verdana and DejaVu Sans at 11 px; the text is stretched to fit in any font.
_PER_LETTER = 7
# Each with white text at a contrast of 4.5 or more (WCAG 2.2, criterion 1.4.3).
_GREEN, _BLUE, _AMBER, _RED = "#1a7f37", "#0969da", "#9a6700", "#cf222e"


def badge(report: CoverageReport, fail_under: float) -> str:
    """Return a badge with the per cent taught: green at 100, red below ``fail_under``.

    Errors turn it red too, and it says so; if an outline has errors, it shows no per cent.
    """
    value = "no points" if report.percent is None else f"{report.percent} %"
    value = "outline has errors" if report.errors.outlines else value
    if report.percent is not None and report.errors.notes:
        value += ", notes have errors"
    label_text, value_text = (len(text) * _PER_LETTER for text in (_LABEL, value))
    label_width, value_width = label_text + 2 * _PADDING, value_text + 2 * _PADDING
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        label=_LABEL,
        value=value,
        colour=_colour(report, fail_under),
        width=label_width + value_width,
        label_width=label_width,
        value_width=value_width,
        label_text=label_text,
        value_text=value_text,
        value_x=label_width + _PADDING,
    )


def _colour(report: CoverageReport, fail_under: float) -> str:
    if report.errors != Errors() or report.count.is_below(fail_under):
        return _RED
    if report.count.points and report.count.percent == 100:
        return _GREEN
    return _BLUE if report.count.percent >= 75 else _AMBER
