"""Store a model with random weights as one of "your models": python -m benchmarks.make_model ARCHITECTURE KEY.

A program of its own because it imports torch, which no process that is measured may have.
"""

from __future__ import annotations

import dataclasses
import json
import sys

import torch
from safetensors.torch import save_file

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.labels import labels_of
from resnet_desktop.core.model_store import DESCRIPTION, FORMAT_VERSION, WEIGHTS
from resnet_desktop.engine.networks import ResNet


def main() -> None:
    architecture, key = sys.argv[1:]
    official = find_model(architecture)
    torch.manual_seed(0)
    names = [f"{number} {label}" for number, label in enumerate(labels_of(official))]
    state = ResNet(architecture, len(names)).network.state_dict()
    folder = paths.models_dir() / key
    folder.mkdir(parents=True)
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / WEIGHTS)
    description = {
        "format_version": FORMAT_VERSION,
        "title": f"Random {official.title}",
        "architecture": architecture,
        "classes": names,
        "sha256": sha256_of(folder / WEIGHTS),
        "parameters": official.parameters,
        "gflops": official.gflops,
        "preprocess": dataclasses.asdict(official.preprocess),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")


if __name__ == "__main__":
    main()
