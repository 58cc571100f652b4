"""Models as a training would leave them: random but trained-looking weights, stored as one of "your models".

A freshly made ResNet gives nearly the same probabilities for every picture, so two implementations would agree on it
whatever they did. Here the BatchNorm statistics come from the photographs themselves, and the last layer is scaled so
that the answers differ from picture to picture.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import nn
from torchvision.models import resnet

from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec, find_model
from resnet_desktop.core.files import sha256_of
from resnet_desktop.core.model_store import DESCRIPTION, FORMAT_VERSION, WEIGHTS, stored_models
from resnet_desktop.engine.networks import Answering, build_network

# Standard deviation of a class's logit over the pictures: enough for answers of about one half and more.
SPREAD_OF_FEW, SPREAD_OF_MANY = 2.0, 4.0


def store_model(key: str, architecture: str, classes: int, pixels: NDArray[np.uint8]) -> ModelSpec:
    """Store a model of ``classes`` classes, shaped by ``pixels`` [n, crop, crop, 3], and read it back."""
    official = find_model(architecture)
    names = tuple(f"class {index}" for index in range(classes))
    network = trained_looking(dataclasses.replace(official, classes=names), pixels)
    folder = paths.models_dir() / key
    folder.mkdir(parents=True)
    inner = getattr(network.network, "network", network.network)
    save_file({name: tensor.contiguous() for name, tensor in inner.state_dict().items()}, folder / WEIGHTS)
    description = {
        "format_version": FORMAT_VERSION,
        "title": key.title(),
        "architecture": architecture,
        "classes": names,
        "sha256": sha256_of(folder / WEIGHTS),
        "parameters": sum(parameter.numel() for parameter in inner.parameters()),
        "gflops": official.gflops,
        "preprocess": dataclasses.asdict(official.preprocess),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
    return next(spec for spec in stored_models() if spec.key == key)


def trained_looking(spec: ModelSpec, pixels: NDArray[np.uint8]) -> Answering:
    torch.manual_seed(len(spec.classes))
    network = Answering(build_network(spec), spec)
    batch = torch.from_numpy(pixels)
    damped = []
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = None  # the plain average over everything seen
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.2)
            elif isinstance(module, resnet.BasicBlock | resnet.Bottleneck):
                # What a block adds to its input is small in a trained network; otherwise depth makes it chaotic, and
                # the rounding of the weights to fp16 grows from block to block.
                last = module.bn3 if isinstance(module, resnet.Bottleneck) else module.bn2
                damped.append(last)
        for last in damped:
            last.weight.uniform_(0.05, 0.2)
        network.train()(batch[:, ::2, ::2])  # a quarter of the work
        embedding = network.eval()(batch)[1]
        head = network.network.head
        logits = (embedding - embedding.mean(0)) @ head.weight.T
        head.weight *= (SPREAD_OF_FEW if len(spec.classes) < 100 else SPREAD_OF_MANY) / logits.std()
        head.bias.copy_(-(head.weight @ embedding.mean(0)))
    return network


def crops_of(spec: ModelSpec, photos: list[Path]) -> NDArray[np.uint8]:
    """What the network reads of each photograph: [n, crop, crop, 3]."""
    from resnet_desktop.core.pictures import open_picture
    from resnet_desktop.core.preprocess import network_pixels

    edge = spec.preprocess.resize
    return np.stack([network_pixels(spec.preprocess, open_picture(path, edge=edge).image) for path in photos])
