"""Who may import whom: core <- engine <- workers <- ui <- app and cli; torch in the engine's child and nowhere else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import resnet_desktop
from resnet_desktop.core.catalog import ModelSpec

ROOT = Path(resnet_desktop.__file__).resolve().parent
QT = frozenset({"PySide6", "shiboken6", "pyqtgraph", "PyQt6"})
TORCH = frozenset({"torch", "torchvision"})
OPENVINO = frozenset({"openvino", "openvino_telemetry"})
# What the window's process imports of the engine.
PARENT_SIDE = frozenset(
    f"resnet_desktop.engine.{name}"
    for name in (
        "process",
        "ready",
        "open_classifier",
        "remote_classifier",
        "add_model",
        "find_devices",
        "train",
        "probe",
        "range_test",
        "presets",
    )
)


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name."""

    name: str
    late: bool = False  # inside a function: it happens when that is called
    typing: bool = False  # under TYPE_CHECKING: it never happens

    def of(self, modules: frozenset[str]) -> bool:
        return any(self.name == module or self.name.startswith(f"{module}.") for module in modules)


class _Collector(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: set[Import] = set()
        self._late = self._typing = False

    def visit_Import(self, node: ast.Import) -> None:
        self.found |= {Import(alias.name, self._late, self._typing) for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.level == 0, "relative imports would escape these rules"
        # Either a module of a package or a name of a module; both readings are kept.
        names = {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        self.found |= {Import(name, self._late, self._typing) for name in names}

    def visit_Call(self, node: ast.Call) -> None:
        """``importlib.import_module("x")`` and ``__import__("x")`` with a literal."""
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
            self.found.add(Import(str(node.args[0].value), late=True))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        late, self._late = self._late, True
        self.generic_visit(node)
        self._late = late

    def visit_If(self, node: ast.If) -> None:
        typing = self._typing
        self._typing = typing or (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
        for child in node.body:
            self.visit(child)
        self._typing = typing
        for child in node.orelse:
            self.visit(child)


def imports_of(source: str) -> set[Import]:
    collector = _Collector()
    collector.visit(ast.parse(source))
    return collector.found


@cache
def modules() -> dict[str, frozenset[Import]]:
    """Every module of the package and its imports."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = frozenset(imports_of(path.read_text(encoding="utf-8")))
    return found


def layer(name: str) -> dict[str, frozenset[Import]]:
    """The modules of one layer; at least one, or a rule about it could not fail."""
    prefix = f"resnet_desktop.{name}"
    found = {key: value for key, value in modules().items() if key == prefix or key.startswith(f"{prefix}.")}
    assert found, f"there is no {prefix}"
    return found


def offenders(name: str, forbidden: frozenset[str], but: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Modules of a layer with what they import in spite of a rule, at the top, late, or for types."""
    bad = {key: sorted(item.name for item in value if item.of(forbidden)) for key, value in layer(name).items()}
    return {key: names for key, names in bad.items() if names and key not in but}


def layers(*names: str) -> frozenset[str]:
    return frozenset(f"resnet_desktop.{name}" for name in names)


def loaded_with(start: str) -> set[str]:
    """Modules of this program that are loaded as soon as ``start`` is imported."""
    loaded: set[str] = set()
    pending = [start]
    while pending:
        name = pending.pop()
        if name in loaded or name not in modules():
            continue
        loaded.add(name)
        pending += [item.name for item in modules()[name] if not item.late and not item.typing]
    return loaded


def torch_modules() -> frozenset[str]:
    """Modules that load torch, themselves or through another of this program, when they are imported."""
    direct = {
        name
        for name, found in modules().items()
        if any(item.of(TORCH | {"safetensors.torch"}) and not item.late and not item.typing for item in found)
    }
    return frozenset(name for name in modules() if loaded_with(name) & direct)


def test_core_knows_neither_qt_nor_torch_nor_the_other_layers() -> None:
    forbidden = QT | TORCH | {"safetensors.torch"} | layers("engine", "workers", "ui", "app", "cli", "__main__")
    assert offenders("core", forbidden) == {}


def test_openvino_is_imported_in_one_place_of_core() -> None:
    assert offenders("core", OPENVINO, but=frozenset({"resnet_desktop.core.openvino_runtime"})) == {}
    assert any(item.of(OPENVINO) for item in modules()["resnet_desktop.core.openvino_runtime"])


def test_the_engine_knows_neither_qt_nor_what_is_above_it() -> None:
    assert offenders("engine", QT | OPENVINO | layers("workers", "ui", "app", "cli", "__main__")) == {}


def test_the_parents_side_of_the_engine_loads_no_torch() -> None:
    heavy = torch_modules()
    assert "resnet_desktop.engine.convert" in heavy
    assert "resnet_desktop.engine.torch_classifier" in heavy
    assert not PARENT_SIDE & heavy
    for name in PARENT_SIDE:
        late = {item.name for item in modules()[name] if item.late}
        assert not any(Import(other).of(TORCH) for other in late), f"{name} imports torch in the parent"


@pytest.mark.parametrize(
    "name",
    ["cli", "cli_models", "cli_inspect", "cli_train", "cli_evaluate", "__main__", "app", "ui", "workers", "core"],
)
def test_torch_is_the_engines_alone(name: str) -> None:
    heavy = torch_modules()
    assert offenders(name, TORCH | {"safetensors.torch"}) == {}
    assert offenders(name, heavy) == {}
    assert not layer(name).keys() & heavy


def test_workers_know_qt_core_and_nothing_of_the_window() -> None:
    widgets = {
        item.name
        for found in layer("workers").values()
        for item in found
        if item.of(QT) and item.name != "PySide6" and not item.of(frozenset({"PySide6.QtCore"}))
    }
    assert widgets == set()
    assert offenders("workers", OPENVINO | layers("ui", "app", "cli", "__main__")) == {}


def test_the_window_never_touches_openvino_and_nothing_above_it() -> None:
    assert offenders("ui", OPENVINO | layers("app", "cli", "__main__")) == {}


def test_the_command_line_needs_no_qt() -> None:
    assert offenders("cli", QT | layers("ui", "workers", "app")) == {}
    assert offenders("cli_models", QT | layers("ui", "app")) == {}
    for name in ("cli_inspect", "cli_train", "cli_evaluate"):
        assert offenders(name, QT | layers("ui", "workers", "app")) == {}
    workers = {item for item in modules()["resnet_desktop.cli_models"] if item.of(layers("workers"))}
    assert {item.name.removesuffix(".move_to_trash") for item in workers} == {"resnet_desktop.workers.trash"}
    assert all(item.late for item in workers)  # only "models remove" needs the trash
    assert not any(item.of(QT) and not item.late for item in modules()["resnet_desktop.__main__"])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import torch.nn as nn", {Import("torch.nn")}),
        ("from torch import nn", {Import("torch"), Import("torch.nn")}),
        ("def f():\n    import torch", {Import("torch", late=True)}),
        ("class A:\n    def f(self):\n        from torch import nn", {Import("torch", True), Import("torch.nn", True)}),
        ("if TYPE_CHECKING:\n    import torch", {Import("torch", typing=True)}),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import torch", {Import("torch")}),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", {Import("torch")}),
        ("importlib.import_module('torch')", {Import("torch", late=True)}),
    ],
)
def test_the_collector_finds_every_kind_of_import(source: str, found: set[Import]) -> None:
    assert imports_of(source) == found


def fresh_interpreter(program: str, *arguments: str) -> dict[str, list[str]]:
    """Run a program whose last line on stdout is JSON."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=ROOT.parent,
        env=os.environ | {"PYTHONPATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, list[str]] = json.loads(result.stdout.splitlines()[-1])
    return answer


LOADED = """
import json, sys
names = ["PySide6", "shiboken6", "torch", "torchvision", "openvino", "safetensors.torch", "resnet_desktop.engine"]
print(json.dumps({"loaded": [name for name in names if sys.modules.get(name) is not None]}))
"""


def test_core_alone_loads_neither_qt_nor_torch_nor_openvino() -> None:
    program = "\n".join(f"import {name}" for name in sorted(layer("core"))) + LOADED
    assert fresh_interpreter(program) == {"loaded": []}


def test_the_parents_side_loads_neither_qt_nor_torch() -> None:
    program = "\n".join(f"import {name}" for name in sorted(PARENT_SIDE)) + LOADED
    assert fresh_interpreter(program) == {"loaded": ["resnet_desktop.engine"]}


def test_the_window_loads_no_torch_and_no_openvino() -> None:
    program = "import resnet_desktop.app" + LOADED
    assert fresh_interpreter(program)["loaded"] == ["PySide6", "shiboken6", "resnet_desktop.engine"]


def test_a_picture_is_classified_without_torch_and_qt(built_in: ModelSpec, coffee: Path) -> None:
    program = "import sys\nfrom resnet_desktop.cli import run\nassert run(sys.argv[1:]) == 0\n" + LOADED
    loaded = fresh_interpreter(program, "classify", str(coffee), "--json")
    assert loaded == {"loaded": ["openvino", "resnet_desktop.engine"]}
