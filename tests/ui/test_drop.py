"""What drops and pastes mean."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from resnet_desktop.core.errors import AppError
from resnet_desktop.core.pictures import open_picture
from resnet_desktop.ui.classify.drop import Meaning, PastedPictures, acceptable, meaning_of
from tests.ui.conftest import files_mime

pytestmark = pytest.mark.usefixtures("qapp")


def with_urls(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    return mime


def with_text(text: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(text)
    return mime


def test_files_and_folders_keep_their_order_and_come_once(coffee: Path, cat: Path, tmp_path: Path) -> None:
    dropped = meaning_of(files_mime(coffee, tmp_path, cat, coffee))
    assert dropped.meaning is Meaning.PATHS
    assert dropped.paths == (coffee, tmp_path, cat)


def test_a_browser_that_offers_picture_data_beside_its_link_gives_the_picture(coffee: Path) -> None:
    mime = with_urls("https://example.org/coffee.png")
    mime.setHtml('<img src="https://example.org/coffee.png">')
    mime.setData("image/png", QByteArray(coffee.read_bytes()))
    dropped = meaning_of(mime)
    assert dropped.meaning is Meaning.PICTURE
    assert dropped.data == coffee.read_bytes()


def test_picture_data_of_another_program_can_be_opened(qapp: QApplication) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 10, 10))
    mime = QMimeData()
    mime.setImageData(image)
    dropped = meaning_of(mime)
    assert dropped.meaning is Meaning.PICTURE
    picture = open_picture(dropped.data)
    assert picture.image.size == (30, 20)
    assert picture.image.getpixel((5, 5)) == (200, 10, 10)


@pytest.mark.parametrize(
    "mime",
    [
        with_urls("https://example.org/cat.jpg"),
        with_urls("ftp://example.org/cat.jpg"),
        with_urls("data:text/html;base64,AAAA"),
        with_urls("file://another-computer/share/cat.jpg"),
        with_text("https://example.org/cat.jpg"),
    ],
    ids=["https", "ftp", "data", "another computer", "text"],
)
def test_what_is_not_on_this_computer_is_a_link(mime: QMimeData) -> None:
    assert acceptable(mime)
    assert meaning_of(mime).meaning is Meaning.LINK


def test_pasted_text_that_is_a_path_or_a_file_address_means_the_file(coffee: Path, cat: Path) -> None:
    dropped = meaning_of(with_text(f"{coffee}\n'{cat}'\n{QUrl.fromLocalFile(str(coffee.parent)).toString()}\n"))
    assert dropped.paths == (coffee, cat, coffee.parent)


def test_names_that_are_no_utf8_reach_their_file(tmp_path: Path, coffee: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9 \xff%41.png"
    Path(os.fsdecode(odd)).write_bytes(coffee.read_bytes())
    mime = QMimeData()
    mime.setData("text/uri-list", QByteArray(b"file://" + quote_from_bytes(odd).encode() + b"\r\n"))
    assert meaning_of(mime).paths == (Path(os.fsdecode(odd)),)


@pytest.mark.parametrize("text", ["hello", "", "relative/cat.jpg", "\0", "x" * 100_000])
def test_other_text_means_nothing(text: str) -> None:
    assert meaning_of(with_text(text)).meaning is Meaning.NOTHING


def test_a_picture_inside_its_own_address_needs_no_network(coffee: Path) -> None:
    address = "data:image/png;base64," + base64.b64encode(coffee.read_bytes()).decode()
    dropped = meaning_of(with_urls(address))
    assert dropped.meaning is Meaning.PICTURE
    assert dropped.data == coffee.read_bytes()


@pytest.mark.parametrize("text", ["\\\\another-computer\\share\\cat.png", "//another-computer/share/cat.png"])
def test_a_pasted_path_on_another_computer_is_not_even_looked_at(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(Path, "exists", looked.append)
    assert meaning_of(with_text(text)).meaning is Meaning.NOTHING
    assert looked == []


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pasted = PastedPictures()

    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AppError, match="No space left on device"):
        pasted.keep(b"picture")
    pasted.discard()


def test_an_empty_drop_means_nothing() -> None:
    assert not acceptable(QMimeData())
    assert meaning_of(QMimeData()).meaning is Meaning.NOTHING


def test_pasted_pictures_are_kept_until_the_program_ends() -> None:
    pasted = PastedPictures()
    first, second = pasted.keep(b"one"), pasted.keep(b"two")
    assert (first.read_bytes(), second.read_bytes(), pasted.count) == (b"one", b"two", 2)
    pasted.discard()
    assert not first.exists()
