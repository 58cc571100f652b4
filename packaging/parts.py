"""What goes into a frozen build, what stays out, and how large each part is. Plain lists, for the spec and build.py."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

# (destination inside the program, source type) as PyInstaller keeps them.
Entry = tuple[str, str, str]

# No hook of PyInstaller's knows that OpenVINO loads these by name; without them it says that CPU is not registered.
# A Mac's processor is arm's.
OPENVINO_PLUGINS = (
    "intel_cpu_plugin", "arm_cpu_plugin", "intel_gpu_plugin", "intel_npu_plugin", "auto_plugin", "ir_frontend",
)  # fmt: skip
OPENVINO_OTHERS = ("libtbbbind", "libhwloc", "tbbbind", "cache.json")  # cores and caches; kernels tuned for Intel GPUs
FOR_COMPILERS = (".lib", ".pc")  # Windows' import libraries bear the libraries' names

# Never imported by the program, or only by parts of libraries that it does not use.
NEVER_IMPORTED = (
    "tkinter", "matplotlib", "IPython", "OpenGL", "pytest", "_pytest", "pluggy", "iniconfig", "hypothesis",
    "sklearn", "skimage", "scipy", "pandas",
    "setuptools", "pip", "psutil", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGLWidgets", "PySide6.QtTest",
    "pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.jupyter", "openvino_telemetry", "openvino.torch",
    "openvino.frontend.jax", "openvino.frontend.tensorflow", "openvino.frontend.paddle", "openvino.frontend.onnx",
    "triton", "numba", "cupy", "torch.utils.tensorboard", "tensorboard", "onnx", "onnxscript", "onnxruntime",
)  # fmt: skip
NOT_IN_CLASSIFY = ("torch", "torchvision", "sympy", "networkx", "functorch", "cuda", "openvino.frontend.pytorch")

# torch looks for this one when it is imported, and does without the rest of its programs.
KEPT = ("torch/bin/torch_shm_manager",)
# Modules that the program imports by name only.
LOADED_BY_NAME = ("pi_heif", "_pi_heif")
# By the beginning of the place inside the program.
LEFT_OUT = (
    "torch/bin/", "torch/test/", "torch/include/", "torch/share/", "torch/_inductor/codegen/aoti_runtime/",
    "openvino/include/", "openvino/cmake/", "openvino/tools/",
    "PySide6/Qt/plugins/egldeviceintegrations/", "PySide6/Qt/plugins/networkinformation/",
    "PySide6/Qt/plugins/sqldrivers/", "PySide6/Qt/plugins/qmltooling/", "PySide6/Qt/plugins/generic/",
    "PySide6/Qt/plugins/platforms/libqeglfs", "PySide6/Qt/plugins/platforms/libqlinuxfb",
    "PySide6/Qt/plugins/platforms/libqvnc", "PySide6/Qt/plugins/platforms/libqvkkhrdisplay",
    "PySide6/Qt/plugins/platforms/libqminimal", "PySide6/Qt/plugins/platformthemes/libqgtk3",
    "PySide6/plugins/sqldrivers/", "PySide6/plugins/qmltooling/", "PySide6/plugins/generic/",
    "PySide6/plugins/networkinformation/",
)  # fmt: skip
LANGUAGES = ("he", "en")

# The system's own are newer than the build machine's, and the graphics drivers need the newer ones.
OF_THE_SYSTEM = ("libstdc++.so", "libgcc_s.so")


def wanted(entry: Entry) -> bool:
    """Whether a file that PyInstaller found belongs into the program."""
    place = entry[0].replace("\\", "/")
    name = place.rsplit("/", 1)[-1]
    if place.startswith(KEPT):
        return True
    if name == ".gitignore" or name.startswith(OF_THE_SYSTEM) or place.startswith(LEFT_OUT):
        return False
    if "/translations/" in place and place.startswith("PySide6/"):
        return name.startswith(tuple(f"qtbase_{language}" for language in LANGUAGES))
    return True


def openvino_files() -> list[tuple[str, str]]:
    """(source, folder inside the program) of what OpenVINO loads by name, to be put beside libopenvino."""
    libraries = _package("openvino") / "libs"
    return [(str(path), "openvino/libs") for path in sorted(libraries.iterdir()) if is_loaded_by_name(path.name)]


def is_loaded_by_name(name: str) -> bool:
    """Whether OpenVINO loads this file of its folder while it runs."""
    return any(part in name for part in (*OPENVINO_PLUGINS, *OPENVINO_OTHERS)) and not name.endswith(FOR_COMPILERS)


def torchvision_files() -> list[tuple[str, str]]:
    """Its operators, which it loads by name from its own folder and which PyInstaller's hook knows by an older name."""
    found = [path for path in sorted(_package("torchvision").glob("_C*")) if path.suffix in {".so", ".pyd", ".dll"}]
    return [(str(path), "torchvision") for path in found]


def cuda_files() -> list[tuple[str, str]]:
    """CUDA 13's libraries of a torch that has them: some are loaded by name, and there is no hook for this layout."""
    spec = find_spec("nvidia")
    folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    found = [path for folder in folders for path in sorted((folder / "cu13" / "lib").glob("*.so*"))]
    return [(str(path), "nvidia/cu13/lib") for path in found]


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{name} is not installed; run: python3 dev.py lint")
    return Path(spec.submodule_search_locations[0])


def sizes(program: Path) -> Counter[str]:
    """Bytes of each part of a frozen program: what stands in one folder of _internal, libraries by their package."""
    inside = program / "_internal"
    found: Counter[str] = Counter()
    for path in program.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        part = path.relative_to(inside).parts[0] if path.is_relative_to(inside) else "starter"
        single = path.parent in (inside, program)
        found["single files of _internal" if single and part != "starter" else part.removesuffix(".libs")] += (
            path.stat().st_size
        )
    return found


def table(program: Path) -> str:
    """The parts of a frozen program as lines of text, the largest first."""
    parts = sizes(program)
    lines = [f"{size / 1e6:9.1f} MB  {part}" for part, size in parts.most_common()]
    return "\n".join([*lines, f"{sum(parts.values()) / 1e6:9.1f} MB  in all"])


def own_modules(root: Path, flavour: str) -> list[str]:
    """Every module of the program: many are imported late, by a child process or by name."""
    files = sorted((root / "resnet_desktop").rglob("*.py"))
    names = [".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in files]
    return [name for name in names if flavour == "full" or not name.endswith(".torch_classifier")]
