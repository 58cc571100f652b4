"""The program's icon in every form that systems want, from resources/icons/app.svg.

python packaging/icons.py FOLDER
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from identity import PROGRAM
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
APP = HERE.parent / "resources" / "icons" / "app.svg"
MODEL = HERE / "model.svg"  # a file of ours in a file manager

SIDE_COLOUR = QColor("#E8EFFC")  # the light side of the icon's blue
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)  # with those of Windows' scales 125 % and 150 %
# Apple's name of each size; the later ones are for screens with two pixels to a point.
ICNS = (
    (b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024),
    (b"ic11", 32), (b"ic12", 64), (b"ic13", 256), (b"ic14", 512),
)  # fmt: skip


def draw(svg: Path, size: int) -> QImage:
    """A square picture of a drawing, as large as asked."""
    renderer = QSvgRenderer(QByteArray(svg.read_bytes()))
    if not renderer.isValid():
        raise SystemExit(f"{svg} is no readable SVG drawing.")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def png(svg: Path, size: int) -> bytes:
    return encoded(draw(svg, size), "PNG")


def encoded(image: QImage, form: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form)  # type: ignore[call-overload]
    return bytes(data.data())


def side_picture() -> bytes:
    """What stands beside the words of the Windows installer: a BMP of 164 x 314 points, twice as fine."""
    image = QImage(328, 628, QImage.Format.Format_RGB32)
    image.fill(SIDE_COLOUR)
    painter = QPainter(image)
    painter.drawImage(84, 96, draw(APP, 160))
    painter.end()
    return encoded(image, "BMP")


def bitmap(svg: Path, size: int) -> bytes:
    """A picture as it stands in an .ico: header, rows of BGRA from below, and a mask that alpha makes needless."""
    image = draw(svg, size)  # which owns the bytes
    rows = bytes(image.constBits())
    pixels = b"".join(rows[4 * size * row : 4 * size * (row + 1)] for row in reversed(range(size)))
    mask = bytes((size + 31) // 32 * 4 * size)
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0)
    return header + pixels + mask


def ico(svg: Path) -> bytes:
    """A Windows icon, each size drawn for itself; only the largest is a PNG, as resource compilers expect."""
    pictures = [bitmap(svg, size) if size < 256 else png(svg, size) for size in ICO_SIZES]
    offset = 6 + 16 * len(pictures)
    entries = b""
    for size, picture in zip(ICO_SIZES, pictures, strict=True):
        side = size % 256  # 0 means 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(pictures)


def icns(svg: Path) -> bytes:
    """A macOS icon: blocks of a name, a length and a PNG picture."""
    blocks = b""
    for name, size in ICNS:
        picture = png(svg, size)
        blocks += name + struct.pack(">I", 8 + len(picture)) + picture
    return b"icns" + struct.pack(">I", 8 + len(blocks)) + blocks


def write_hicolor(svg: Path, folder: Path, context: str, name: str) -> list[Path]:
    """The tree of the icon theme every Linux desktop falls back to; ``context`` is apps or mimetypes."""
    written = []
    for size in SIZES:
        target = folder / f"{size}x{size}" / context / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(png(svg, size))
        written.append(target)
    drawing = folder / "scalable" / context / f"{name}.svg"
    drawing.parent.mkdir(parents=True, exist_ok=True)
    drawing.write_bytes(svg.read_bytes())
    return [*written, drawing]


def write_icons(folder: Path) -> list[Path]:
    """resnet-desktop.ico and .icns, model.ico and .icns, and PNG pictures of the program in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{PROGRAM}-{size}.png": png(APP, size) for size in SIZES}
    for name, svg in ((PROGRAM, APP), ("model", MODEL)):
        contents |= {f"{name}.ico": ico(svg), f"{name}.icns": icns(svg)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python packaging/icons.py FOLDER")
    for path in write_icons(Path(sys.argv[1])):
        print(path)


if __name__ == "__main__":
    main()
