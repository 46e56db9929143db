"""A window of an engine of years ago, told over a pipe what to show; it runs in an environment of its own.

Each line of standard input is an order in JSON: the ``page`` (the path of an HTML file), the ``size`` of the
window, a ``script``, and where a ``picture`` goes, if one is wanted. Each line of standard output is what the
script returned.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PyQt5.QtCore import QEventLoop, QTimer, QUrl
from PyQt5.QtWebEngineWidgets import QWebEngineView
from PyQt5.QtWidgets import QApplication

TIME_TO_PAINT = 150  # milliseconds


def load(view: QWebEngineView, path: str) -> None:
    """Open a page and wait until it is there."""
    loop = QEventLoop()
    view.loadFinished.connect(loop.quit)
    view.load(QUrl.fromLocalFile(path))
    loop.exec_()
    view.loadFinished.disconnect(loop.quit)


def evaluate(view: QWebEngineView, script: str) -> Any:
    """Return what a script returns."""
    loop = QEventLoop()
    results: list[Any] = []
    view.page().runJavaScript(script, lambda result: (results.append(result), loop.quit()))
    loop.exec_()
    return results[0]


def save_picture(view: QWebEngineView, path: str) -> None:
    """Write what the window shows."""
    loop = QEventLoop()
    QTimer.singleShot(TIME_TO_PAINT, loop.quit)
    loop.exec_()
    view.grab().save(path)


def main() -> None:
    """Obey until the orders end."""
    application = QApplication(sys.argv)
    view = QWebEngineView()
    # As on a phone, where bars lie over the page.
    view.page().settings().setAttribute(view.page().settings().ShowScrollBars, False)
    view.show()
    for line in sys.stdin:
        order = json.loads(line)
        view.resize(*order["size"])
        load(view, order["page"])
        result = evaluate(view, order["script"])
        if order["picture"]:
            save_picture(view, order["picture"])
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
    del view, application  # in this order


if __name__ == "__main__":
    main()
