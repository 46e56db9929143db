"""Anki's apps: the page that each puts around a card, taken from their sources.

``qt/aqt/reviewer.py`` and ``ts/reviewer/`` in ankitects/anki, ``assets/card_template.html`` and
``flashcard.css`` in ankidroid/Anki-Android; AnkiMobile by the classes that its manual names.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AnkiApp:
    """An app: its classes of ``html`` and ``body``, those of ``body`` in night mode, and its styles.

    ``before`` and ``after`` stand around a card in ``body``; ``width`` and ``height`` are those of the screen
    in CSS pixels. With ``is_old`` the preview shows cards without what ``OLD_CHROME`` lacks.
    """

    name: str
    label: str
    is_phone: bool
    html: str
    night: str
    style: str
    width: int
    height: int
    body: str = ""
    before: str = ""
    after: str = ""
    is_old: bool = False


OLD_CHROME = 69  # of 2018; AnkiDroid warns of a WebView below 85, and runs on
_ANKIDROID = AnkiApp(
    name="ankidroid",
    label="AnkiDroid",
    is_phone=True,
    html="mobile android linux js chrome",
    night="nightMode night_mode ankidroid_dark_mode",
    style=(
        "body{margin:0 0 30px;padding:0}body.night_mode{color:#fff;background-color:#303030}"
        "#content{margin:.5em}.chrome img{max-width:100%;max-height:90%}"
    ),
    before='<div id="content" dir="auto">',
    after="</div>",
    width=360,
    height=640,
)
ANKI_APPS = (
    _ANKIDROID,
    AnkiApp(
        name="ankimobile",
        label="AnkiMobile",
        is_phone=True,
        html="mobile iphone ios safari",
        night="nightMode",
        style="body{margin:20px}img{max-width:100%}",
        width=375,
        height=667,
    ),
    replace(_ANKIDROID, name="old", label=f"Old phone (Chrome {OLD_CHROME})", height=580, is_old=True),
    AnkiApp(
        name="desktop",
        label="Anki on the desktop",
        is_phone=False,
        html="linux chrome",
        body="isLin fancy",
        night="nightMode night_mode",
        style=(
            "body{margin:20px;overflow-wrap:break-word;color:#020202;background:#f5f5f5}"
            "html.night-mode{color-scheme:dark}body.night_mode{color:#fcfcfc;background:#2c2c2c}"
            "img{max-width:100%;max-height:95vh}"
        ),
        before='<div id="_mark" hidden>★</div><div id="_flag" hidden>⚑</div><div id="qa" dir="auto">',
        after="</div>",
        width=900,
        height=640,
    ),
)
