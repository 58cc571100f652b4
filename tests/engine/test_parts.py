"""Which parts of a network learn, and how they are grouped for the optimiser; of all networks there are."""

from __future__ import annotations

import copy
from collections import Counter
from functools import cache

import pytest
import torch
from torch import nn

from resnet_desktop.core.catalog import find_model
from resnet_desktop.engine.networks import RESNETS, build_network
from resnet_desktop.engine.parts import all_stages, groups_of, stages_of, train_mode
from resnet_desktop.engine.presets import Part

MODELS = ("built-in", *RESNETS)
PARTS: tuple[Part, ...] = ("last-stage", "all")


def network_of(key: str) -> nn.Module:
    """A copy of its shape; no memory is taken for weights."""
    return copy.deepcopy(shape_of(key))


@cache
def shape_of(key: str) -> nn.Module:
    with torch.device("meta"):
        return build_network(find_model(key))


def names_that_learn(network: nn.Module) -> set[str]:
    return {name for name, parameter in network.named_parameters() if parameter.requires_grad}


@pytest.mark.parametrize("key", MODELS)
def test_the_stages_hold_everything_once(key: str) -> None:
    network = network_of(key)
    held = Counter(id(part) for stage in all_stages(network) for module in stage for part in module.modules())
    assert set(held.values()) == {1}
    parameters = {id(value) for module in network.modules() for value in module.parameters(recurse=False)}
    within = {id(value) for stage in all_stages(network) for module in stage for value in module.parameters()}
    assert within == parameters
    norms = {id(module) for module in network.modules() if isinstance(module, nn.BatchNorm2d)}
    assert norms <= set(held), "and the statistics that no optimiser sees"


@pytest.mark.parametrize("key", MODELS)
def test_the_last_layer_is_the_first_stage(key: str) -> None:
    network = network_of(key)
    assert all_stages(network)[0] == [network.head]


@pytest.mark.parametrize("key", RESNETS)
def test_standard_trains_the_last_stage_and_the_last_layer_of_a_resnet(key: str) -> None:
    network = network_of(key)
    stages_of(network, "last-stage")
    learning = names_that_learn(network)
    assert learning == {
        name for name, _value in network.named_parameters() if name.startswith(("network.layer4.", "network.fc."))
    }
    assert 0 < len(learning) < len(list(network.parameters()))


def test_standard_trains_the_last_two_stages_and_the_last_layer_of_the_built_in_model() -> None:
    network = network_of("built-in")
    stages_of(network, "last-stage")
    tops = ("_fc.", "_conv_head.", "_bn1.", *(f"_blocks.{number}." for number in range(11, 16)))
    assert names_that_learn(network) == {name for name, _value in network.named_parameters() if name.startswith(tops)}


@pytest.mark.parametrize("key", MODELS)
def test_all_means_all_also_after_standard(key: str) -> None:
    network = network_of(key)
    stages_of(network, "last-stage")
    stages_of(network, "all")
    assert all(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("key", MODELS)
def test_the_optimiser_gets_each_parameter_that_learns_once(key: str, part: Part) -> None:
    network = network_of(key)
    groups = [group for stage in stages_of(network, part) for group in groups_of(stage)]
    given = Counter(id(parameter) for parameters, _decays in groups for parameter in parameters)
    assert set(given.values()) == {1}
    assert set(given) == {id(parameter) for parameter in network.parameters() if parameter.requires_grad}
    assert all(parameters for parameters, _decays in groups), "an optimiser refuses an empty group"


@pytest.mark.parametrize("key", MODELS)
def test_only_weights_are_drawn_to_zero(key: str) -> None:
    network = network_of(key)
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    flat = {id(module.weight) for module in network.modules() if isinstance(module, nn.BatchNorm2d)}
    for stage in stages_of(network, "all"):
        for parameters, decays in groups_of(stage):
            for parameter in parameters:
                assert decays != (id(parameter) in flat or names[id(parameter)].endswith("bias")), names[id(parameter)]


@pytest.mark.parametrize("key", ["built-in", "resnet18", "resnet50"])
def test_modes(key: str) -> None:
    network = network_of(key)
    network.eval()
    train_mode(network, fixed_statistics=False)
    assert all(module.training for module in network.modules())
    train_mode(network, fixed_statistics=True)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    assert norms
    assert not any(module.training for module in norms)
    assert all(module.training for module in network.modules() if not isinstance(module, nn.BatchNorm2d))


def test_an_unknown_network_is_a_mistake_in_the_program() -> None:
    with pytest.raises(TypeError):
        all_stages(nn.Linear(2, 2))
