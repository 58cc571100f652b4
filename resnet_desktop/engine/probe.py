"""A few seconds of trying: how long each preset would take here. Parent side: torch works in the child."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.dataset import Dataset, fingerprint
from resnet_desktop.core.events import Event
from resnet_desktop.core.training import TrainingConfig, TrainingJob
from resnet_desktop.core.training_time import TimesMeasured
from resnet_desktop.engine.memory import keep_freed_memory
from resnet_desktop.engine.process import Inbox, run_in_engine
from resnet_desktop.engine.train import job_for, new_split, prepared_start

# The import of torch hears no cancel; nothing is written, so the child can be ended anywhere.
GRACE_SECONDS = 0.1

Known = Mapping[tuple[str, str, str], TimesMeasured]


def probe(dataset: Dataset, model: str, device: str, known: Known, token: CancelToken) -> Iterator[Event]:
    """TimesMeasured, more of it every time; at once where these very pictures were measured before."""
    found = known.get((fingerprint(dataset), model, device))
    if found is not None:
        yield found
        return
    config = TrainingConfig(name="", model=model, preset="quick", dataset=str(dataset.root), device=device)
    prepared = yield from prepared_start(config, token)
    job = job_for(config, dataset, new_split(config, dataset), prepared)
    yield from run_in_engine(_measure, job, token=token, grace=GRACE_SECONDS)


def _measure(job: TrainingJob, inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch happens here, and is part of what is measured."""
    began = time.perf_counter()
    keep_freed_memory()  # as the runs do whose time this tells
    from resnet_desktop.engine.stopwatch import measure

    yield from measure(job, inbox, time.perf_counter() - began)
