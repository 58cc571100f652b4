"""The icons, read by a library that did not write them."""

from __future__ import annotations

from pathlib import Path

import icons
import pytest
from PIL import Image, ImageChops

from tests.packaging.conftest import ROOT


@pytest.mark.parametrize("name", ["resnet-desktop", "model"])
def test_a_windows_icon_has_all_sizes_each_drawn_for_itself(name: str, tmp_path: Path) -> None:
    icons.write_icons(tmp_path)
    with Image.open(tmp_path / f"{name}.ico") as icon:
        assert icon.info["sizes"] == {(size, size) for size in icons.ICO_SIZES}
        for size in icons.ICO_SIZES:
            icon.size = (size, size)
            svg = icons.APP if name == "resnet-desktop" else icons.MODEL
            target = tmp_path / "drawn.png"
            target.write_bytes(icons.png(svg, size))
            with Image.open(target) as drawn:
                assert ImageChops.difference(icon.convert("RGBA"), drawn.convert("RGBA")).getbbox() is None, size


def test_a_macos_icon_has_all_sizes(tmp_path: Path) -> None:
    icons.write_icons(tmp_path)
    with Image.open(tmp_path / "resnet-desktop.icns") as icon:
        assert icon.size == (1024, 1024)
        pixels = {width * scale for width, _height, scale in icon.info["sizes"]}
    assert pixels == {size for _name, size in icons.ICNS}


def test_the_smallest_icon_still_shows_something(tmp_path: Path) -> None:
    """The tile, the peak and the arrow: blue, white and yellow, and nothing in the corner."""
    target = tmp_path / "small.png"
    target.write_bytes(icons.png(icons.APP, 16))
    with Image.open(target) as small:
        pixels = [pixel for row in range(16) for pixel in [small.convert("RGBA").getpixel((x, row)) for x in range(16)]]
    solid = [pixel[:3] for pixel in pixels if isinstance(pixel, tuple) and pixel[3] > 200]
    assert any(min(pixel) > 230 for pixel in solid)
    assert any(pixel[0] > 200 and pixel[2] < 140 for pixel in solid)
    assert sum(pixel[2] > pixel[0] for pixel in solid) > len(solid) / 2
    assert pixels[0] == (0, 0, 0, 0)


def test_the_icon_theme_of_linux(tmp_path: Path) -> None:
    written = icons.write_hicolor(icons.APP, tmp_path, "apps", "name")
    names = {path.relative_to(tmp_path).as_posix() for path in written}
    assert names == {f"{size}x{size}/apps/name.png" for size in icons.SIZES} | {"scalable/apps/name.svg"}
    for size in icons.SIZES:
        with Image.open(tmp_path / f"{size}x{size}" / "apps" / "name.png") as picture:
            assert picture.size == (size, size)


def test_no_drawing_no_icon(tmp_path: Path) -> None:
    broken = tmp_path / "broken.svg"
    broken.write_text("<svg")
    with pytest.raises(SystemExit, match="no readable SVG"):
        icons.png(broken, 16)
    assert icons.APP == ROOT / "resources" / "icons" / "app.svg"
