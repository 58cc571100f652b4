"""Standard, Full and Tutorial: the network itself learns, step by step, and can go on where it stopped."""

from __future__ import annotations

import contextlib
import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from resnet_desktop.core.devices import has_fast_arithmetic
from resnet_desktop.core.errors import QT_TRANSLATE_NOOP, Cancelled, EngineError, ModelError
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import (
    TRAINING,
    VALIDATING,
    EpochDone,
    RunStarted,
    StepDone,
    TrainingJob,
    TrainingNote,
    TrainingProgress,
)
from resnet_desktop.engine.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from resnet_desktop.engine.finish import Checked, bare_state, finish, new_network
from resnet_desktop.engine.gate import read_weights
from resnet_desktop.engine.loader import Batch, Loader
from resnet_desktop.engine.networks import Answering
from resnet_desktop.engine.parts import groups_of, stages_of, train_mode
from resnet_desktop.engine.presets import Recipe, recipe_of
from resnet_desktop.engine.process import Inbox

VALIDATION_BATCH = 64
CHECKPOINT_SECONDS = 600.0  # the most work that a power cut may cost
REPORTS_A_SECOND = 10.0
RETRIES = 2  # after a loss that is no number

DIVERGED = QT_TRANSLATE_NOOP(
    "Sentences", "The training came apart (the loss is no number any more). Start again with a smaller learning rate."
)
GOING_BACK = QT_TRANSLATE_NOOP(
    "Sentences", "The loss was no number any more: back to the last good epoch, with a tenth of the learning rate."
)
LOST = QT_TRANSLATE_NOOP("Sentences", "{count} pictures could not be read any more and are left out.")
TOO_MANY_LOST = QT_TRANSLATE_NOOP(
    "Sentences", "More than 5 % of the pictures cannot be read any more. Is the folder still there? The run can go on."
)
MAX_LOST = 0.05


class _Diverged(Exception):  # noqa: N818 - handled at once
    """The loss is no finite number."""


@dataclass
class _Progress:
    """Where the run is, and what it has seen; all of it is in every checkpoint."""

    epoch: int = 1
    batch: int = 0  # done in this epoch
    step: int = 0  # done in all
    loss_sum: float = 0.0  # over the batches of this epoch
    best_loss: float = math.inf
    best_epoch: int = 0
    retries: int = 0
    rate: float = 1.0  # what every learning rate is multiplied with
    lost: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Judged:
    """What a network says of the validation pictures."""

    logits: Tensor  # float32 [n, classes]
    indices: tuple[int, ...]  # of the pictures that could be read
    loss: float
    accuracy: float


def fine_tune(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """RunStarted, then StepDone, TrainingProgress and EpochDone as they come, RunDone last."""
    yield from _Run(job, inbox).events()


class _Run:
    """One run: the network, its optimiser, and where they are."""

    def __init__(self, job: TrainingJob, inbox: Inbox) -> None:
        self._job, self._inbox = job, inbox
        self._recipe = recipe_of(job.config)
        self._device = _device_of(job.config.device)
        self._fast = self._device == "cpu" and job.config.preset != "tutorial" and has_fast_arithmetic()
        torch.manual_seed(job.config.seed)
        self._network = new_network(job)
        self._load_start()
        self._answering = Answering(self._network, job.start).to(self._device)
        self._answering = self._answering.to(memory_format=torch.channels_last)
        self._average = copy.deepcopy(self._network) if self._recipe.average else None
        self._optimizer = _optimizer_for(self._network, self._recipe)
        stretched = self._recipe.stretched
        self._train = Loader(job.train, job.start.preprocess, stretched, job.config.seed)
        self._validation = Loader(job.validation, job.start.preprocess, stretched, job.config.seed)
        self._at = _Progress()
        self._best: dict[str, Tensor] = {}
        self._best_judged: _Judged | None = None
        self._saved = time.monotonic()

    # The start

    def _load_start(self) -> None:
        """The start model's weights, all but the last layer where the classes are other ones."""
        own = bare_state(self._network)
        start = read_weights(self._job.weights).state
        self._network.load(
            {name: value if value.shape == own[name].shape else own[name] for name, value in start.items()}
        )

    @property
    def _steps(self) -> int:
        return math.ceil(len(self._job.train) / self._recipe.batch_size)

    def events(self) -> Iterator[Event]:
        try:
            yield from self._events()
        except Cancelled:
            if self._at.step:
                self._save()  # a run that is stopped for now goes on from this very step
            raise

    def _events(self) -> Iterator[Event]:
        resumed = self._resume()
        yield self._started()
        if not resumed and self._recipe.fitted_head:
            yield from self._fit_head()
        stopped_early = False
        while self._at.epoch <= self._recipe.epochs:
            try:
                yield from self._epoch()
            except _Diverged:
                yield from self._go_back()
                continue
            if self._inbox.finish_wanted or self._has_no_patience():
                stopped_early = True
                break
        yield from self._finish(stopped_early=stopped_early)

    def _started(self) -> RunStarted:
        return RunStarted(
            run=self._job.run,
            folder=self._job.folder,
            config=self._job.config,
            classes=self._job.classes,
            train_count=len(self._job.train),
            validation_count=len(self._job.validation),
            epochs=self._recipe.epochs,
            steps=self._steps * self._recipe.epochs,
            device=self._device,
            first_epoch=self._at.epoch,
        )

    def _fit_head(self) -> Iterator[Event]:
        """Quick's last layer to begin with: a random one would first shake the layers below."""
        from resnet_desktop.core.classifier import OpenVinoClassifier
        from resnet_desktop.engine.embeddings import Embedded, embed
        from resnet_desktop.engine.linear_head import Examples, fit_heads

        job = self._job
        pictures = (*job.train, *job.validation)
        classifier = OpenVinoClassifier(job.start, job.prepared, "cpu", "fast")
        embedded: Embedded | None = None
        for event in embed(classifier, job.prepared, pictures, self._inbox.cancel):
            if isinstance(event, Embedded):
                embedded = event
            else:
                yield event
        classifier.close()
        if embedded is None:
            return
        rows = torch.from_numpy(embedded.rows)
        labels = torch.tensor([pictures[index].label for index in embedded.kept])
        is_train = torch.tensor([index < len(job.train) for index in embedded.kept])
        train, rest = Examples(rows[is_train], labels[is_train]), Examples(rows[~is_train], labels[~is_train])
        fits = list(fit_heads(train, rest, len(job.classes), self._inbox.cancel))
        best = min(fits, key=lambda fit: fit.validation_loss)
        with torch.no_grad():
            for network in (self._network, self._average or self._network):
                network.head.weight.copy_(best.head.weight)
                network.head.bias.copy_(best.head.bias)

    # One epoch

    def _epoch(self) -> Iterator[Event]:
        at, recipe = self._at, self._recipe
        train_mode(self._network, recipe.part)
        batches = self._order()[at.batch :]
        began, seen, told = time.monotonic(), 0, 0.0
        for batch in self._train.batches(batches, epoch=at.epoch, augment=recipe.augment):
            self._inbox.cancel.check()
            if self._inbox.paused:
                self._save()
                self._inbox.rest()
            yield from self._note_lost(batch)
            rate = self._set_rates()
            loss = self._step(batch) if len(batch.indices) else None
            at.batch, at.step = at.batch + 1, at.step + 1
            seen += len(batch.indices)
            if loss is not None:
                at.loss_sum += loss
                now = time.monotonic()
                if now - told >= 1 / REPORTS_A_SECOND or at.batch == self._steps:
                    told = now
                    speed = seen / (now - began)
                    yield StepDone(
                        step=at.step, epoch=at.epoch, loss=loss, learning_rate=rate, pictures_per_second=speed
                    )
                    yield self._progress(speed)
            if time.monotonic() - self._saved > CHECKPOINT_SECONDS:
                self._save()
            if self._inbox.finish_wanted and at.batch < self._steps:
                break
        yield from self._end_epoch()

    def _order(self) -> list[list[int]]:
        """The batches of this epoch. The tutorial's order is that of torch's own DataLoader, number for number."""
        count, size = len(self._job.train), self._recipe.batch_size
        if self._job.config.preset == "tutorial":
            generator = torch.Generator().manual_seed(self._job.config.seed + self._at.epoch)
            loader: DataLoader[int] = DataLoader(range(count), size, shuffle=True, generator=generator)  # type: ignore[arg-type]
            return [[int(index) for index in batch] for batch in loader]
        generator = torch.Generator().manual_seed(1000 * self._job.config.seed + self._at.epoch)
        order = torch.randperm(count, generator=generator).tolist()
        return [order[first : first + size] for first in range(0, count, size)]

    def _step(self, batch: Batch) -> float:
        """One step of the optimiser; the loss before it."""
        self._optimizer.zero_grad(set_to_none=True)
        loss = self._loss(batch, self._recipe.label_smoothing)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise _Diverged
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        if self._average is not None:
            self._average_weights()
        return value

    def _loss(self, batch: Batch, smoothing: float) -> Tensor:
        pixels, labels = batch.pixels.to(self._device), batch.labels.to(self._device)
        with self._autocast():
            logits = self._answering(pixels)[0]
        return functional.cross_entropy(logits.float(), labels, label_smoothing=smoothing)

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        if self._device == "cuda":
            return torch.autocast("cuda", torch.bfloat16)
        return torch.autocast("cpu", torch.bfloat16, enabled=self._fast)

    def _average_weights(self) -> None:
        """The exponential moving average, warmed up so that its first values are not the start's."""
        if self._average is None:
            return
        decay = min(self._recipe.average, (1 + self._at.step) / (10 + self._at.step))
        with torch.no_grad():
            ours = self._network.state_dict()
            for name, value in self._average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(ours[name], 1 - decay)
                else:
                    value.copy_(ours[name])

    def _set_rates(self) -> float:
        """The learning rates of this step; the last layer's is returned."""
        share = self._schedule() * self._at.rate
        for group in self._optimizer.param_groups:
            group["lr"] = group["highest"] * share
        return float(self._recipe.learning_rate * share)

    def _schedule(self) -> float:
        """One cycle: up for a tenth of the steps, then down along a cosine."""
        if not self._recipe.one_cycle:
            return 1.0
        total = max(2, self._steps * self._recipe.epochs)
        place, peak = self._at.step / total, 0.1
        if place < peak:
            return 0.1 + 0.9 * place / peak
        return 0.5 * (1 + math.cos(math.pi * (place - peak) / (1 - peak))) + 1e-3

    # The end of an epoch

    def _end_epoch(self) -> Iterator[Event]:
        at = self._at
        yield TrainingProgress(at.step, self._steps * self._recipe.epochs, VALIDATING)
        judged = self._judge()
        better = judged.loss < at.best_loss
        if better:
            at.best_loss, at.best_epoch = judged.loss, at.epoch
            self._best, self._best_judged = bare_state(self._candidate), judged
        yield EpochDone(
            epoch=at.epoch,
            train_loss=at.loss_sum / max(1, at.batch),
            validation_loss=judged.loss,
            validation_accuracy=judged.accuracy,
            learning_rate=self._recipe.learning_rate * self._schedule() * at.rate,
            best=better,
        )
        at.epoch, at.batch, at.loss_sum = at.epoch + 1, 0, 0.0
        self._save()

    @property
    def _candidate(self) -> Any:
        """What is validated and kept: the averaged weights where there are some."""
        return self._average if self._average is not None else self._network

    def _judge(self) -> _Judged:
        network = Answering(self._candidate, self._job.start).to(self._device).eval()
        count = len(self._job.validation)
        batches = [range(first, min(first + VALIDATION_BATCH, count)) for first in range(0, count, VALIDATION_BATCH)]
        rows: list[Tensor] = []
        labels: list[Tensor] = []
        indices: list[int] = []
        with torch.inference_mode():
            for batch in self._validation.batches(batches, epoch=0, augment=False):
                self._inbox.cancel.check()
                with self._autocast():
                    rows.append(network(batch.pixels.to(self._device))[0].float().cpu())
                labels.append(batch.labels)
                indices += batch.indices
        logits, truths = torch.cat(rows), torch.cat(labels)
        loss = float(functional.cross_entropy(logits, truths))
        return _Judged(logits, tuple(indices), loss, float((logits.argmax(1) == truths).float().mean()))

    def _has_no_patience(self) -> bool:
        at, patience = self._at, self._recipe.patience
        return bool(patience) and at.epoch - 1 - at.best_epoch >= patience

    def _finish(self, *, stopped_early: bool) -> Iterator[Event]:
        judged = self._best_judged
        if judged is None:  # it went on from its last checkpoint: the best weights are there, their answers are not
            self._candidate.load(self._best)
            judged = self._judge()
        pictures = [self._job.validation[index] for index in judged.indices]
        checked = Checked(judged.logits, [each.label for each in pictures], [each.path for each in pictures])
        yield from finish(self._job, self._best, checked, self._inbox, stopped_early=stopped_early)

    # What goes wrong

    def _note_lost(self, batch: Batch) -> Iterator[Event]:
        new = [index for index in batch.lost if index not in self._at.lost]
        if not new:
            return
        self._at.lost += new
        if len(self._at.lost) > MAX_LOST * len(self._job.train):
            self._save()
            raise EngineError(TOO_MANY_LOST)
        yield TrainingNote(ModelError(LOST, count=len(self._at.lost)))

    def _go_back(self) -> Iterator[Event]:
        """To the last checkpoint, slower."""
        retries, rate = self._at.retries + 1, self._at.rate / 10
        if retries > RETRIES:
            raise EngineError(DIVERGED)
        if not self._resume():
            self._restart()
        self._at.retries, self._at.rate = retries, rate
        yield TrainingNote(ModelError(GOING_BACK))

    def _restart(self) -> None:
        """Before the first checkpoint there is only the start to go back to."""
        self._load_start()
        if self._average is not None:
            self._average.load(bare_state(self._network))
        self._optimizer = _optimizer_for(self._network, self._recipe)
        self._at = _Progress()

    # Checkpoints

    def _save(self) -> None:
        tensors = {f"network.{name}": value for name, value in bare_state(self._network).items()}
        if self._average is not None:
            tensors |= {f"average.{name}": value for name, value in bare_state(self._average).items()}
        tensors |= {f"best.{name}": value for name, value in self._best.items()}
        state = self._optimizer.state_dict()["state"]
        for number, values in state.items():
            for name, value in values.items():
                tensors[f"optimizer.{number}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous()
        tensors["rng"] = torch.get_rng_state()
        save_checkpoint(
            self._job.folder, Checkpoint(tensors, vars(self._at) | {"best_loss": _json(self._at.best_loss)})
        )
        self._saved = time.monotonic()

    def _resume(self) -> bool:
        checkpoint = load_checkpoint(self._job.folder)
        if checkpoint is None:
            return False
        parts = _by_prefix(checkpoint.tensors)
        self._network.load(parts["network"])
        if self._average is not None:
            self._average.load(parts["average"])
        self._best = parts.get("best", {})
        _load_optimizer(self._optimizer, parts.get("optimizer", {}))
        torch.set_rng_state(checkpoint.tensors["rng"])
        state = dict(checkpoint.state)
        state["best_loss"] = math.inf if state["best_loss"] is None else state["best_loss"]
        self._at = _Progress(**state)
        self._best_judged = None
        return True

    def _progress(self, speed: float) -> TrainingProgress:
        total = self._steps * self._recipe.epochs
        left = (total - self._at.step) * self._recipe.batch_size / speed if speed > 0 else None
        return TrainingProgress(self._at.step, total, TRAINING, left)


def _device_of(wanted: str) -> str:
    if wanted in ("cuda", "auto") and torch.cuda.is_available():
        return "cuda"
    if wanted == "mps" and torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def _optimizer_for(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = []
    for depth, stage in enumerate(stages_of(network, recipe.part)):
        rate = recipe.learning_rate * recipe.decay_by_depth**depth
        for parameters, decays in groups_of(stage):
            weight_decay = recipe.weight_decay if decays else 0.0
            groups.append({"params": parameters, "lr": rate, "highest": rate, "weight_decay": weight_decay})
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.AdamW
    return kind(groups, lr=recipe.learning_rate)


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, _dot, key = name.partition(".")
        state.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _by_prefix(tensors: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    parts: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        prefix, dot, rest = name.partition(".")
        if dot:
            parts.setdefault(prefix, {})[rest] = value
    return parts


def _json(value: float) -> float | None:
    return value if math.isfinite(value) else None
