"""The dialect of Markdown, as options of comrak: CommonMark with tables, strikethrough and bare links."""

import comrak

_EXTENSIONS = comrak.ExtensionOptions(
    table=True, strikethrough=True, autolink=True, cjk_friendly_emphasis=True
)
_PARSE = comrak.ParseOptions(ignore_setext=True)  # `---` is a line, never a heading of what stands above it


def to_html(source: str, *, places: bool = False) -> str:
    """Return Markdown as HTML; with ``places``, each element says where it stands in ``data-sourcepos``."""
    options = comrak.RenderOptions(escape=True, sourcepos=places)  # raw HTML is shown as text
    return comrak.markdown_to_html(
        source, extension_options=_EXTENSIONS, parse_options=_PARSE, render_options=options
    )
