"""The end of every run: the model is stored, prepared, and reported on."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn

from resnet_desktop import __version__
from resnet_desktop.core import paths
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.errors import ModelError
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.files import write_file
from resnet_desktop.core.model_store import (
    CANNOT_STORE,
    WEIGHTS,
    NewModel,
    model_of_run,
    new_workspace,
    store_model,
)
from resnet_desktop.core.prepared import is_prepared, prepared_folder, workspace
from resnet_desktop.core.report import Report, make_report
from resnet_desktop.core.run_report import REPORT, report_bytes
from resnet_desktop.core.training import STORING, RunDone, TrainingJob, Validation
from resnet_desktop.engine.convert import prepare_model
from resnet_desktop.engine.gate import read_weights
from resnet_desktop.engine.keep import when_there_is_room
from resnet_desktop.engine.networks import ResNet, build_network
from resnet_desktop.engine.process import Inbox

if TYPE_CHECKING:
    from resnet_desktop.engine.efficientnet_lite import EfficientNetLite0


@dataclasses.dataclass(frozen=True)
class Checked:
    """What the finished network says of the validation pictures."""

    logits: Tensor  # float32 [n, classes]
    labels: Sequence[int]
    paths: Sequence[Path]


def start_network(job: TrainingJob) -> ResNet | EfficientNetLite0:
    """With the start model's weights, but a new last layer: its classes are other ones, even if they are as many.

    Random numbers are drawn in the order of any tutorial's program, so that a seed means the same here and there.
    """
    network = build_network(job.start)
    network.load(read_weights(job.weights).state)
    head = nn.Linear(network.head.in_features, len(job.classes))
    if isinstance(network, ResNet):
        network.network.fc = head
    else:
        network._fc = head  # noqa: SLF001 - the key name of its published weights
    return network


def bare_state(network: ResNet | EfficientNetLite0) -> dict[str, Tensor]:
    """Its weights under the names that weights files have."""
    inner = network.network if isinstance(network, ResNet) else network
    return {name: _plain(value.detach()) for name, value in inner.state_dict().items()}


def _plain(value: Tensor) -> Tensor:
    """A copy in plain memory order on the processor: float32, counters as they are."""
    return value.to("cpu", torch.float32 if value.is_floating_point() else value.dtype, copy=True).contiguous()


def finish(
    job: TrainingJob, state: dict[str, Tensor], checked: Checked, inbox: Inbox, *, stopped_early: bool = False
) -> Iterator[Event]:
    """Store, report, prepare; RunDone is the last event. A run that is cut off in here still ends with one model."""
    yield Progress(0, 0, STORING)
    probabilities = checked.logits.double().softmax(1).numpy()
    report = make_report(job.classes, checked.labels, probabilities, checked.paths)
    stored: list[ModelSpec] = []
    size = sum(value.nbytes for value in state.values())
    yield from when_there_is_room(lambda: stored.append(_stored(job, state, report)), paths.models_dir(), size, inbox)
    yield from when_there_is_room(lambda: _write_report(job, report), job.folder, 0, inbox)
    spec = stored[0]
    target = prepared_folder(spec, spec.sha256)
    if not is_prepared(target):
        with workspace(spec, target) as temporary:
            weights = Path(spec.folder) / spec.weights
            for event in prepare_model(spec, weights, target, temporary, Inbox(inbox.cancel)):
                if isinstance(event, Progress):
                    yield event
    validation = Validation(accuracy=report.accuracy, low=report.low, high=report.high, count=report.count)
    yield RunDone(run=job.run, model=spec.key, validation=validation, stopped_early=stopped_early)


def _stored(job: TrainingJob, state: dict[str, Tensor], report: Report) -> ModelSpec:
    """The run's model; the one that is there already where the run was cut off after it had stored it."""
    data = save(state)
    before = model_of_run(job.run, hashlib.sha256(data).hexdigest())
    if before is not None:
        return before
    folder = new_workspace()
    try:
        write_file(folder / WEIGHTS, data)
        return store_model(folder, _description(job, state, report), job.run)
    except OSError as error:
        raise ModelError(CANNOT_STORE, folder=str(folder.parent), reason=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_report(job: TrainingJob, report: Report) -> None:
    try:
        write_file(job.folder / REPORT, report_bytes(report))
    except OSError as error:
        raise ModelError(CANNOT_STORE, folder=str(job.folder), reason=error.strerror or str(error)) from error


def _description(job: TrainingJob, state: dict[str, Tensor], report: Report) -> NewModel:
    return NewModel(
        title=job.config.name,
        architecture=job.start.architecture,
        classes=job.classes,
        parameters=sum(value.numel() for value in state.values() if value.is_floating_point()),
        gflops=job.start.gflops,
        preprocess=job.start.preprocess,
        metrics={"accuracy": report.accuracy, "low": report.low, "high": report.high, "count": report.count},
        training=_plain_texts(
            dataclasses.asdict(job.config) | {"run": job.run, "dataset_fingerprint": job.fingerprint}
        ),
        versions={"resnet_desktop": __version__, "torch": torch.__version__, "numpy": np.__version__},
    )


def _plain_texts(record: dict[str, Any]) -> dict[str, Any]:
    """A folder's name may hold bytes that no text can."""
    return {
        key: os.fsencode(value).decode("utf-8", "backslashreplace") if isinstance(value, str) else value
        for key, value in record.items()
    }
