"""open_picture: every format under any name, upright, RGB, scaled and never clipped; and everything that is no file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_desktop.core import paths
from resnet_desktop.core.answers import Answer
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.classifier import Classifier, answer_file
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.pictures import Picture, open_picture
from resnet_desktop.engine.open_classifier import open_classifier
from tests.core.coffee_heic import COFFEE_HEIC, COFFEE_HEIC_SIZE
from tests.core.odd_pictures import (
    deep_png,
    encode,
    exif,
    photo,
    picture_of,
    pixels_of,
    png_chunk,
    segment,
    small,
    with_segments,
)
from tests.core.same_photo import GREY_PAIRS, PAIRS, grey_photo

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "MPO", "HEIF", "AVIF")
WRONG_SUFFIXES = (".jpg", ".png", ".txt", ".heic", "")
# How a picture lies before it is turned upright; Pillow's inverse of each.
TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(scope="module")
def classifier(prepared_cache: Path) -> Iterator[Classifier]:
    """The built-in model; it needs no home folder once it is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(prepared_cache.parent))
        model = open_classifier(find_model("built-in"))
    yield model
    model.close()


def lying(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNED[orientation]
    return image if turn is None else image.transpose(turn)


def assert_same_answer(first: Answer, second: Answer, within: float) -> None:
    assert first.best.index == second.best.index
    assert first.best.probability == pytest.approx(second.best.probability, abs=within)


# Formats


@pytest.mark.parametrize("suffix", WRONG_SUFFIXES)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_opens_by_its_content_under_any_name(kind: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(small(kind))
    picture = picture_of(path)
    assert picture.image.mode == "RGB"
    assert (picture.width, picture.height) == picture.image.size
    assert picture.image.size == (COFFEE_HEIC_SIZE if kind == "HEIF" else (96, 64))
    wanted = np.asarray(photo().resize(picture.image.size)).astype(np.int16)
    assert np.abs(np.asarray(picture.image) - wanted).mean() < 12


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_answer_of_the_photograph(kind: str, classifier: Classifier, coffee: Path) -> None:
    wanted, _picture = answer_file(classifier, coffee)
    data = COFFEE_HEIC if kind == "HEIF" else encode(photo(), kind)
    answer, _picture = answer_file(classifier, data)
    assert answer.best.index == wanted.best.index


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "BMP", "AVIF"])
def test_lossless_copies_have_the_pixels_of_the_photograph(kind: str) -> None:
    options = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100, "subsampling": "4:4:4"}}.get(kind, {})
    tolerance = 3 if kind == "AVIF" else 0
    assert np.abs(pixels_of(encode(photo(), kind, **options)) - np.asarray(photo())).max() <= tolerance


def test_the_bytes_of_a_file_give_what_the_file_gives(coffee: Path) -> None:
    assert picture_of(coffee).image.tobytes() == picture_of(coffee.read_bytes()).image.tobytes()


def test_pictures_open_in_many_threads_at_once_and_warn_nobody(recwarn: pytest.WarningsRecorder) -> None:
    odd_metadata = encode(photo().resize((60, 40)), "TIFF", tiffinfo={65000: "x"})
    results: list[Picture] = []

    def work() -> None:
        results.extend(open_picture(data) for data in [odd_metadata, small("PNG"), small("JPEG")] * 10)

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 240
    assert not recwarn.list


# Upright


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", TURNED)
def test_each_orientation_comes_out_upright(kind: str, orientation: int) -> None:
    lossless = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}, "AVIF": {"quality": 95}}.get(kind, {})
    data = encode(lying(photo(), orientation), kind, exif=exif(orientation), **lossless)
    picture = picture_of(data)
    assert picture.image.size == (picture.width, picture.height) == (600, 400)
    difference = np.abs(np.asarray(picture.image).astype(np.int16) - np.asarray(photo()))
    assert difference.mean() < (4 if kind in ("JPEG", "AVIF") else 1e-9)


def test_all_orientations_give_the_same_answer(classifier: Classifier) -> None:
    answers = [
        answer_file(classifier, encode(lying(photo(), orientation), "PNG", exif=exif(orientation)))[0]
        for orientation in TURNED
    ]
    for answer in answers[1:]:
        for first, other in zip(answers[0].predictions, answer.predictions, strict=True):
            assert other.index == first.index
            assert other.probability == pytest.approx(first.probability, abs=1e-3)


@pytest.mark.parametrize("orientation", TURNED)
def test_a_reduced_picture_is_turned_too(orientation: int) -> None:
    image = lying(photo().resize((2400, 1600)), orientation)
    picture = picture_of(encode(image, "JPEG", exif=exif(orientation)), edge=64)
    assert (picture.width, picture.height) == (2400, 1600)
    assert picture.image.size == (300, 200)


def test_a_quarter_turn_of_nearly_a_square_turns_its_full_size_too() -> None:
    picture = picture_of(encode(photo().resize((1000, 1001)), "JPEG", exif=exif(6)), edge=16)
    assert (picture.width, picture.height) == (1001, 1000)


def test_a_deep_grey_picture_is_turned_too() -> None:
    values = grey_photo().astype(np.uint16) * 257
    data = deep_png(np.rot90(values)[..., None])
    turned = data[:33] + png_chunk(b"eXIf", exif(6)[6:]) + data[33:]
    assert np.array_equal(pixels_of(turned)[..., 0], grey_photo())


def test_an_orientation_only_in_xmp_counts() -> None:
    packet = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    picture = picture_of(with_segments(encode(photo(), "JPEG"), segment(0xE1, packet)))
    assert (picture.width, picture.height) == (400, 600)


def test_a_heic_that_its_decoder_turns_is_not_turned_again() -> None:
    picture = picture_of(COFFEE_HEIC)
    assert (picture.width, picture.height) == picture.image.size == COFFEE_HEIC_SIZE


# Reduced scales


def twelve_megapixels() -> bytes:
    return encode(photo().resize((4000, 3000), Image.Resampling.LANCZOS), "JPEG", quality=90)


def test_a_12_megapixel_jpeg_is_decoded_at_a_reduced_scale_and_answered_alike(classifier: Classifier) -> None:
    data = twelve_megapixels()
    reduced, whole = picture_of(data, edge=256), picture_of(data)
    assert reduced.image.size == (1000, 750)
    assert whole.image.size == (4000, 3000)
    assert (reduced.width, reduced.height) == (whole.width, whole.height) == (4000, 3000)
    answer, seen = answer_file(classifier, data)
    wanted, _picture = answer_file(classifier, encode(whole.image, "BMP"))
    assert seen.image.size == (1000, 750)
    assert_same_answer(answer, wanted, within=0.05)


@pytest.mark.parametrize("edge", [1, 16, 100, 256, 1000, 5000])
def test_a_reduced_picture_keeps_twice_the_edge_that_is_asked_for(edge: int) -> None:
    picture = picture_of(encode(photo().resize((1800, 1200)), "JPEG"), edge=edge)
    assert min(picture.image.size) >= min(2 * edge, 1200 // 8)
    assert (picture.width, picture.height) == (1800, 1200)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_jpegs_are_reduced_too(mode: str) -> None:
    picture = picture_of(encode(photo().resize((1800, 1200)).convert(mode), "JPEG"), edge=64)
    assert picture.image.size == (225, 150)


def test_formats_without_a_draft_are_decoded_whole() -> None:
    assert picture_of(encode(photo(), "PNG"), edge=16).image.size == (600, 400)


# Colours


@pytest.mark.parametrize("name", PAIRS)
def test_one_photograph_in_other_colours_gives_the_same_answer(name: str, classifier: Classifier, coffee: Path) -> None:
    data = PAIRS[name]()
    assert np.abs(pixels_of(data) - np.asarray(photo())).mean() < 6
    wanted, answer = (answer_file(classifier, source)[0] for source in (coffee, data))
    assert_same_answer(wanted, answer, within=0.1)


def test_grey_of_any_depth_gives_the_same_answer(classifier: Classifier) -> None:
    wanted, _picture = answer_file(classifier, GREY_PAIRS["grey-png"]())
    for name, make in GREY_PAIRS.items():
        answer, _picture = answer_file(classifier, make())
        assert answer.best.index == wanted.best.index, name


def test_the_model_knows_an_espresso_and_a_cat(classifier: Classifier, coffee: Path, cat: Path) -> None:
    labels = labels_of(classifier.spec)
    tops = [labels[answer_file(classifier, path)[0].best.index] for path in (coffee, cat)]
    assert tops[0] == "espresso"
    assert "cat" in tops[1]
