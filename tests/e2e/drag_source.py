"""A program that something can be dragged out of: python drag_source.py LEFT TOP KIND [VALUE...].

It says "ready", "pressed", "dragging" and at last "dropped ACTION" on standard output. Then it stays until it is
killed: the window asks for the data only after the button was released.

    files URI...       a file manager: text/uri-list, the URIs as they are given
    browser PICTURE    a picture on a web page: its address, HTML, and the pixels
    pixels PICTURE     a paint program: the pixels alone
    link ADDRESS       the address bar of a browser
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QByteArray, QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

EDGE = 80
ADDRESS = "https://pictures.example/espresso.png"


def mime_of(kind: str, values: list[str]) -> QMimeData:
    mime = QMimeData()
    if kind == "files":
        mime.setData("text/uri-list", QByteArray("".join(f"{uri}\r\n" for uri in values).encode("ascii")))
    if kind in {"browser", "pixels"}:
        mime.setImageData(QImage(values[0]))
    if kind == "browser":
        mime.setUrls([QUrl(ADDRESS)])
        mime.setHtml(f'<img src="{ADDRESS}">')
    if kind == "link":
        mime.setUrls([QUrl(values[0])])
        mime.setText(values[0])
    return mime


class Source(QWidget):
    """A square; moving the mouse with the button down begins a drag."""

    def __init__(self, mime: QMimeData) -> None:
        # Without the window manager it stands exactly where it is told to, above everything.
        super().__init__(None, Qt.WindowType.X11BypassWindowManagerHint | Qt.WindowType.WindowStaysOnTopHint)
        self._mime: QMimeData | None = mime
        self.setFixedSize(EDGE, EDGE)

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        print("pressed", flush=True)

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        mime, self._mime = self._mime, None
        if mime is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        print("dragging", flush=True)
        action = drag.exec(Qt.DropAction.CopyAction)
        print(f"dropped {action.name}", flush=True)


def main() -> int:
    left, top, kind, *values = sys.argv[1:]
    application = QApplication([sys.argv[0]])
    source = Source(mime_of(kind, values))
    source.move(int(left), int(top))
    source.show()
    QTimer.singleShot(0, lambda: print("ready", flush=True))
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
