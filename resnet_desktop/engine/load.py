"""Weights from disk into a network, through the gate."""

from __future__ import annotations

from pathlib import Path

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.engine.gate import read_weights
from resnet_desktop.engine.limits import READING_SECONDS, limited
from resnet_desktop.engine.networks import Answering, build_network
from resnet_desktop.engine.recognise import check_belongs


def load_answering(spec: ModelSpec, weights: Path) -> Answering:
    """The network of ``spec`` with these weights, in evaluation mode on the processor; raises ModelError."""
    network = build_network(spec)  # first: an unknown architecture has its own sentence
    with limited(seconds=READING_SECONDS):
        read = read_weights(weights)
    check_belongs(weights, spec, read.architecture, read.classes)
    network.load(read.state)
    return Answering(network, spec).eval()
