"""The square of pixels that a network reads: torchvision's, and only its own part is computed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.preprocess import Preprocess, network_pixels, seen_box
from tests.core.odd_pictures import photo

RESNET_V1 = find_model("resnet18").preprocess
BUILT_IN = find_model("built-in").preprocess


def like(resize: int, crop: int, interpolation: str) -> Preprocess:
    return Preprocess(resize=resize, crop=crop, mean=(0, 0, 0), std=(1, 1, 1), interpolation=interpolation)


PREPROCESSES = {
    "resnet-v1": RESNET_V1,
    "built-in": BUILT_IN,
    "resnet-v2": like(232, 224, "bilinear"),
    "odd-edges": like(235, 200, "bicubic"),
    "odd-crop": like(256, 225, "bilinear"),
    "whole-edge": like(224, 224, "bilinear"),
}


def torchvision_pixels(preprocess: Preprocess, image: Image.Image) -> NDArray[np.uint8]:
    from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

    mode = InterpolationMode(preprocess.interpolation)
    return np.asarray(Compose([Resize(preprocess.resize, mode), CenterCrop(preprocess.crop)])(image))


def assert_within_one_level(preprocess: Preprocess, image: Image.Image) -> None:
    ours = network_pixels(preprocess, image)
    assert ours.shape == (preprocess.crop, preprocess.crop, 3)
    assert ours.dtype == np.uint8
    difference = np.abs(ours.astype(np.int16) - torchvision_pixels(preprocess, image))
    assert difference.max() <= 1
    assert difference.mean() < 0.02


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "astronaut.png", "rocket.jpg", "retina.jpg", "ihc.png"])
@pytest.mark.parametrize("preprocess", PREPROCESSES.values(), ids=PREPROCESSES)
def test_real_photographs_are_within_one_level_of_torchvision(preprocess: Preprocess, name: str) -> None:
    assert_within_one_level(preprocess, photo(name))


@pytest.mark.parametrize("size", [(200, 300), (333, 500), (400, 600), (150, 260), (1080, 1920)])
@pytest.mark.parametrize("preprocess", PREPROCESSES.values(), ids=PREPROCESSES)
def test_upright_pictures_are_within_one_level_of_torchvision(preprocess: Preprocess, size: tuple[int, int]) -> None:
    assert_within_one_level(preprocess, photo().resize(size))


@pytest.mark.parametrize("size", [(97, 61), (61, 97), (300, 300), (1, 1), (2, 3), (256, 255), (1999, 1501), (40, 900)])
@pytest.mark.parametrize("preprocess", [RESNET_V1, BUILT_IN], ids=["resnet", "built-in"])
def test_pictures_of_any_size_are_within_one_level_of_torchvision(
    preprocess: Preprocess, size: tuple[int, int]
) -> None:
    assert_within_one_level(preprocess, photo().resize(size))


@pytest.mark.parametrize("size", [(1, 60_000), (60_000, 1), (3, 100_000)])
@pytest.mark.parametrize("preprocess", [RESNET_V1, BUILT_IN], ids=["resnet", "built-in"])
def test_a_strip_costs_no_more_than_its_middle(preprocess: Preprocess, size: tuple[int, int]) -> None:
    strip = Image.new("RGB", size, (10, 20, 30))
    middle = (size[0] // 2, size[1] // 2)
    strip.putpixel(middle, (250, 240, 230))
    started = time.perf_counter()
    pixels = network_pixels(preprocess, strip)  # whole, it would be 256 x 15 million
    assert time.perf_counter() - started < 0.5
    assert pixels.shape == (224, 224, 3)
    assert pixels.max() > 200


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((600, 400), (80 / 384, 16 / 256, 304 / 384, 240 / 256)),
        ((400, 600), (16 / 256, 80 / 384, 240 / 256, 304 / 384)),
        ((256, 256), (16 / 256, 16 / 256, 240 / 256, 240 / 256)),
        ((1, 1), (16 / 256, 16 / 256, 240 / 256, 240 / 256)),
        ((100, 1_000), (16 / 256, 1168 / 2560, 240 / 256, 1392 / 2560)),
    ],
)
def test_the_seen_box_is_the_middle_in_fractions(size: tuple[int, int], box: tuple[float, ...]) -> None:
    assert seen_box(RESNET_V1, *size) == pytest.approx(box)


@pytest.mark.parametrize("size", [(600, 400), (301, 457), (512, 512)])
def test_what_the_network_sees_is_what_stands_in_the_seen_box(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, (255, 0, 0))
    box = seen_box(BUILT_IN, *size)
    left, right = round(box.left * size[0]), round(box.right * size[0])
    top, bottom = round(box.top * size[1]), round(box.bottom * size[1])
    image.paste((0, 0, 255), (left, top, right, bottom))
    inside = network_pixels(BUILT_IN, image)[3:-3, 3:-3]
    assert (inside == (0, 0, 255)).all()
    image.paste((0, 255, 0), (left + 9, top + 9, right - 9, bottom - 9))
    assert (network_pixels(BUILT_IN, image)[112, 112] == (0, 255, 0)).all()


@pytest.mark.parametrize("size", [(n, m) for n in (1, 7, 223, 224, 333, 4000) for m in (1, 5, 224, 6_000)])
@pytest.mark.parametrize("preprocess", PREPROCESSES.values(), ids=PREPROCESSES)
def test_the_seen_box_never_leaves_the_picture(preprocess: Preprocess, size: tuple[int, int]) -> None:
    box = seen_box(preprocess, *size)
    assert 0 <= box.left < box.right <= 1
    assert 0 <= box.top < box.bottom <= 1
    assert network_pixels(preprocess, Image.new("RGB", size)).shape[0] == preprocess.crop


def test_a_reduced_picture_gives_nearly_the_same_pixels(cat: Path) -> None:
    with Image.open(cat) as image:
        large = image.convert("RGB").resize((3608, 2400), Image.Resampling.LANCZOS)
    whole, reduced = network_pixels(RESNET_V1, large), network_pixels(RESNET_V1, large.reduce(4))
    assert np.abs(whole.astype(np.int16) - reduced).mean() < 1.5


def test_a_record_comes_back_from_json() -> None:
    record = {"resize": 256, "crop": 224, "mean": [0.1, 0.2, 0.3], "std": [1, 1, 1], "interpolation": "bicubic"}
    assert Preprocess.from_json(record).mean == (0.1, 0.2, 0.3)
