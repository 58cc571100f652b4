"""A network that learns: its weights, their average, its optimiser, and one step of it."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from resnet_desktop.core.devices import has_fast_arithmetic
from resnet_desktop.core.training import TrainingJob
from resnet_desktop.engine.class_weights import balance_of, share_of
from resnet_desktop.engine.finish import bare_state, start_network
from resnet_desktop.engine.loader import Batch
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.out_of_memory import fewer, is_out_of_memory
from resnet_desktop.engine.parts import groups_of, stages_of, train_mode
from resnet_desktop.engine.presets import Recipe


class Diverged(Exception):  # noqa: N818 - handled at once
    """A loss or a weight is no finite number."""


@dataclass(frozen=True)
class Judged:
    """What a network says of the validation pictures."""

    logits: Tensor  # float32 [n, classes]
    indices: tuple[int, ...]  # of the pictures that could be read
    lost: tuple[int, ...]  # of the others
    loss: float
    accuracy: float


class Learner:
    """Everything of a run that torch holds."""

    def __init__(self, job: TrainingJob, recipe: Recipe) -> None:
        self._job, self._recipe = job, recipe
        self.device = _device_of(job.config.device)
        torch.manual_seed(job.config.seed)
        self.network = start_network(job)
        # Channels last is faster, but on a processor its sums are less exact: Adam takes that for a direction where a
        # gradient is next to nothing.
        layout = torch.contiguous_format if recipe.exact else torch.channels_last
        self._answering = Answering(self.network, job.start).to(self.device).to(memory_format=layout)
        self._average = copy.deepcopy(self.network) if recipe.average else None
        self._optimizer = _optimizer_for(self.network, recipe)
        self._balance = balance_of(job)
        self.part = 0  # pictures at once, where memory does not suffice for a whole batch; else 0
        self._fast = not recipe.exact and _has_bf16(self.device)

    def set_head(self, weight: Tensor, bias: Tensor) -> None:
        """Begin with this last layer: a random one would first shake the layers below."""
        with torch.no_grad():
            for network in (self.network, self.candidate):
                network.head.weight.copy_(weight)
                network.head.bias.copy_(bias)

    @property
    def candidate(self) -> Any:
        """What is validated and kept: the averaged weights where there are some."""
        return self._average if self._average is not None else self.network

    # A step

    def begin_epoch(self) -> None:
        train_mode(self.network, fixed_statistics=self._recipe.fitted_head)

    def step(self, batch: Batch, share: float, number: int) -> float:
        """One step of the optimiser, the ``number``-th from 0; the loss before it. Raises Diverged."""
        for group in self._optimizer.param_groups:
            group["lr"] = group["highest"] * share
        value = self._gradients(batch)
        self._optimizer.step()
        self._average_weights(number)
        return value

    def _gradients(self, batch: Batch) -> float:
        """The loss and its gradients; where memory does not suffice, again in smaller parts that add up to the same."""
        statistics = [buffer.clone() for buffer in self.network.buffers()]
        while True:
            part = min(self.part or len(batch.indices), len(batch.indices))
            try:
                return self._gradients_in_parts(batch, part)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._optimizer.zero_grad(set_to_none=True)
            self.part = fewer(part)
            for buffer, value in zip(self.network.buffers(), statistics, strict=True):
                buffer.copy_(value)

    def _gradients_in_parts(self, batch: Batch, part: int) -> float:
        self._optimizer.zero_grad(set_to_none=True)
        self._take_state()
        total = 0.0
        for pixels, labels in zip(torch.split(batch.pixels, part), torch.split(batch.labels, part), strict=True):
            loss = self._loss(pixels, labels) * share_of(labels, batch.labels, self._balance)
            value = float(loss.detach())
            if not math.isfinite(value):
                raise Diverged
            loss.backward()  # type: ignore[no-untyped-call]
            total += value
        return total

    def _take_state(self) -> None:
        """What Adam would take in its first step, as it would take it.

        Taken before the pictures, for those can be fewer where memory does not suffice; a step cannot be smaller.
        """
        state = self._optimizer.state
        for group in self._optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.requires_grad and parameter not in state:
                    first, second = (torch.zeros_like(parameter, requires_grad=False) for _moment in range(2))
                    state[parameter] = {"step": torch.tensor(0.0), "exp_avg": first, "exp_avg_sq": second}

    def _loss(self, pixels: Tensor, labels: Tensor) -> Tensor:
        if self._recipe.exact:  # channel by channel in memory, whatever the axes are called
            pixels = pixels.permute(0, 3, 1, 2).contiguous().permute(0, 2, 3, 1)
        with self._autocast():
            logits = self._answering(pixels.to(self.device))[0]
        smoothing = self._recipe.label_smoothing
        weight = None if self._balance is None else self._balance.to(self.device)
        return functional.cross_entropy(logits.float(), labels.to(self.device), weight, label_smoothing=smoothing)

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        return torch.autocast(self.device, torch.bfloat16) if self._fast else contextlib.nullcontext()

    def _average_weights(self, number: int) -> None:
        """The exponential moving average, warmed up so that its first values are not the start's."""
        if self._average is None:
            return
        decay = min(self._recipe.average, (1 + number) / (10 + number))
        with torch.no_grad():
            ours = self.network.state_dict()
            for name, value in self._average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(ours[name], 1 - decay)
                else:
                    value.copy_(ours[name])

    # What it is worth

    def judge(self, batches: Iterable[Batch]) -> Judged:
        """The candidate's answers to the validation pictures."""
        network = Answering(self.candidate, self._job.start).to(self.device).eval()
        rows: list[Tensor] = []
        labels: list[Tensor] = []
        indices: list[int] = []
        lost: list[int] = []
        with torch.inference_mode():
            for batch in batches:
                lost += batch.lost
                if batch.indices:
                    rows += self._logits(network, batch.pixels)
                    labels.append(batch.labels)
                    indices += batch.indices
        if not rows:
            return Judged(torch.zeros(0, len(self._job.classes)), (), tuple(lost), math.nan, 0.0)
        logits, truths = torch.cat(rows), torch.cat(labels)
        loss = float(functional.cross_entropy(logits, truths, self._balance))
        accuracy = float((logits.argmax(1) == truths).float().mean())
        return Judged(logits, tuple(indices), tuple(lost), loss, accuracy)

    def _logits(self, network: nn.Module, pixels: Tensor) -> list[Tensor]:
        part = len(pixels)
        while True:
            try:
                with self._autocast():
                    return [network(some.to(self.device))[0].float().cpu() for some in torch.split(pixels, part)]
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            part = fewer(part)

    # To and from checkpoints

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name, in plain memory order on the processor. Raises Diverged: what is broken is not kept."""
        found = {f"network.{name}": value for name, value in bare_state(self.network).items()}
        if self._average is not None:
            found |= {f"average.{name}": value for name, value in bare_state(self._average).items()}
        for number, values in self._optimizer.state_dict()["state"].items():
            for name, value in values.items():
                found[f"optimizer.{number}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous()
        if not all(bool(torch.isfinite(value).all()) for value in found.values()):
            raise Diverged
        return found

    def restore(self, tensors: dict[str, Tensor]) -> None:
        self.network.load(with_prefix(tensors, "network."))
        if self._average is not None:
            self._average.load(with_prefix(tensors, "average."))
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in with_prefix(tensors, "optimizer.").items():
            number, _dot, key = name.partition(".")
            state.setdefault(int(number), {})[key] = value
        learning = [parameter for group in self._optimizer.param_groups for parameter in group["params"]]
        for place, values in state.items():
            # In the memory order of the weights, or the same sums come out differently in their last digits.
            for key, value in values.items():
                if value.shape == learning[place].shape:
                    values[key] = torch.empty_like(learning[place], requires_grad=False).copy_(value)
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": state, "param_groups": groups})


def with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin so, without that beginning."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _device_of(wanted: str) -> str:
    if wanted in ("cuda", "auto") and torch.cuda.is_available():
        return "cuda"
    if wanted == "mps" and torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def _has_bf16(device: str) -> bool:
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device == "cpu" and has_fast_arithmetic()


def _optimizer_for(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = []
    for depth, stage in enumerate(stages_of(network, recipe.part)):
        rate = recipe.learning_rate * recipe.decay_by_depth**depth
        for parameters, decays in groups_of(stage):
            weight_decay = recipe.weight_decay if decays else 0.0
            groups.append({"params": parameters, "lr": rate, "highest": rate, "weight_decay": weight_decay})
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.AdamW
    return kind(groups, lr=recipe.learning_rate)
