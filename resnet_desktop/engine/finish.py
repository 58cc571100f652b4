"""The end of every run: the model is stored, prepared, and reported on."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from resnet_desktop import __version__
from resnet_desktop.core.events import Event, Progress
from resnet_desktop.core.files import write_file
from resnet_desktop.core.model_store import WEIGHTS, NewModel, new_workspace, store_model
from resnet_desktop.core.prepared import is_prepared, prepared_folder, workspace
from resnet_desktop.core.report import Report, make_report, report_json
from resnet_desktop.core.training import STORING, RunDone, TrainingJob, Validation
from resnet_desktop.engine.convert import prepare_model
from resnet_desktop.engine.networks import ResNet, build_network
from resnet_desktop.engine.process import Inbox

if TYPE_CHECKING:
    from resnet_desktop.engine.efficientnet_lite import EfficientNetLite0

REPORT = "report.json"  # in the run's folder


@dataclasses.dataclass(frozen=True)
class Checked:
    """What the finished network says of the validation pictures."""

    logits: Tensor  # float32 [n, classes]
    labels: Sequence[int]
    paths: Sequence[Path]


def new_network(job: TrainingJob) -> ResNet | EfficientNetLite0:
    """The start model's architecture with the dataset's classes, its last layer new."""
    return build_network(dataclasses.replace(job.start, kind="yours", classes=job.classes))


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
    """Store, report, prepare; RunDone is the last event."""
    yield Progress(0, 0, STORING)
    probabilities = checked.logits.double().softmax(1).numpy()
    report = make_report(job.classes, checked.labels, probabilities, checked.paths)
    _write_report(job, report)
    folder = new_workspace()
    try:
        save_file(state, folder / WEIGHTS)
        spec = store_model(folder, _description(job, state, report))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    target = prepared_folder(spec, spec.sha256)
    if not is_prepared(target):
        with workspace(spec, target) as temporary:
            weights = Path(spec.folder) / spec.weights
            for event in prepare_model(spec, weights, target, temporary, Inbox(inbox.cancel)):
                if isinstance(event, Progress):
                    yield event
    validation = Validation(accuracy=report.accuracy, low=report.low, high=report.high, count=report.count)
    yield RunDone(run=job.run, model=spec.key, validation=validation, stopped_early=stopped_early)


def _write_report(job: TrainingJob, report: Report) -> None:
    wrong = [
        {
            "path": str(verdict.path),
            "truth": verdict.truth,
            "prediction": verdict.prediction,
            "probability": round(verdict.probability, 6),
        }
        for verdict in report.wrong
    ]
    text = json.dumps(report_json(report) | {"wrong": wrong}, ensure_ascii=False)
    write_file(job.folder / REPORT, text.encode("utf-8", "backslashreplace"))


def _description(job: TrainingJob, state: dict[str, Tensor], report: Report) -> NewModel:
    return NewModel(
        title=job.config.name,
        architecture=job.start.architecture,
        classes=job.classes,
        parameters=sum(value.numel() for value in state.values() if value.is_floating_point()),
        gflops=job.start.gflops,
        preprocess=job.start.preprocess,
        metrics={"accuracy": report.accuracy, "low": report.low, "high": report.high, "count": report.count},
        training=dataclasses.asdict(job.config) | {"run": job.run, "dataset_fingerprint": job.fingerprint},
        versions={"resnet_desktop": __version__, "torch": torch.__version__, "numpy": np.__version__},
    )
