"""What a drop or a paste means: one function for both."""

from __future__ import annotations

import base64
import os
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, AppError

# Picture data as programs and browsers offer it, best first; application/x-qt-image is the rest.
_PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
MAX_TEXT = 64_000
NOT_KEPT = QT_TRANSLATE_NOOP("Sentences", "The picture could not be kept: {reason}. Save it as a file and drop that.")


class Meaning(Enum):
    PATHS = "paths"  # files and folders of this computer
    PICTURE = "picture"  # picture data without a file
    LINK = "link"  # an address on the internet, which is never fetched
    NOTHING = "nothing"


@dataclass(frozen=True)
class Dropped:
    """What was dropped or pasted."""

    meaning: Meaning
    paths: tuple[Path, ...] = ()
    data: bytes = b""


def acceptable(mime: QMimeData) -> bool:
    """Whether to take a drag at all; links are taken, so that their sentence can be shown."""
    return mime.hasUrls() or mime.hasImage() or any(mime.hasFormat(name) for name in _PICTURE_TYPES) or mime.hasText()


def meaning_of(mime: QMimeData) -> Dropped:
    """Files first, then picture data, then links and text that is a path."""
    urls = mime.urls()
    paths = tuple(dict.fromkeys(_local_path(url) for url in urls if _is_local(url)))
    if paths:
        return Dropped(Meaning.PATHS, paths=paths)
    data = _picture_data(mime) or next(filter(None, map(_embedded_picture, urls)), b"")
    if data:
        return Dropped(Meaning.PICTURE, data=data)
    if urls:
        return Dropped(Meaning.LINK)
    return _from_text(mime.text()[:MAX_TEXT]) if mime.hasText() else Dropped(Meaning.NOTHING)


def _is_local(url: QUrl) -> bool:
    """A host would mean another computer: opening it would go out to the network, with credentials on Windows."""
    return url.isLocalFile() and not url.host()


def _local_path(url: QUrl) -> Path:
    """The file of a local address. QUrl.toLocalFile would replace bytes of a name that are no UTF-8."""
    if os.name == "nt":
        return Path(url.toLocalFile())
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))


def _picture_data(mime: QMimeData) -> bytes:
    for name in _PICTURE_TYPES:
        if mime.hasFormat(name):
            data = mime.data(name).data()
            if data:
                return bytes(data)
    image = mime.imageData() if mime.hasImage() else None
    return _png(image) if isinstance(image, QImage) and not image.isNull() else b""


def _embedded_picture(url: QUrl) -> bytes:
    """The bytes of a data: address, which holds its picture itself."""
    head, _comma, body = url.toString(QUrl.ComponentFormattingOption.FullyEncoded).partition(",")
    if not (head.lower().startswith("data:image/") and head.lower().endswith(";base64")):
        return b""
    try:
        return base64.b64decode(unquote_to_bytes(body))
    except ValueError:
        return b""


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _from_text(text: str) -> Dropped:
    """Lines that are file addresses or paths of things that exist; a web address; or nothing."""
    lines = [line.strip().strip("\"'") for line in text.splitlines() if line.strip()]
    paths = tuple(path for path in map(_path_in, lines) if path is not None)
    if paths:
        return Dropped(Meaning.PATHS, paths=paths)
    is_link = any(line.lower().startswith(("http://", "https://", "ftp://", "data:")) for line in lines)
    return Dropped(Meaning.LINK if is_link else Meaning.NOTHING)


def _path_in(line: str) -> Path | None:
    if line.startswith(("\\\\", "//")):
        return None  # another computer: a mere look would go out to the network
    url = QUrl(line)
    try:
        path = _local_path(url) if _is_local(url) else Path(line).expanduser()
        return path if path.is_absolute() and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


class PastedPictures:
    """Keeps pictures that came without a file, in a folder that goes when the program ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="resnet-desktop-")
        self._count = 0

    def keep(self, data: bytes) -> Path:
        """Raises AppError where the disk is full."""
        path = Path(self._folder.name) / f"{self._count + 1}"
        try:
            path.write_bytes(data)
        except OSError as error:
            raise AppError(NOT_KEPT, reason=error.strerror) from error
        self._count += 1
        return path

    @property
    def count(self) -> int:
        return self._count

    def discard(self) -> None:
        self._folder.cleanup()
