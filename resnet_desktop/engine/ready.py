"""The parent's side of preparing a model; nothing here imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from resnet_desktop.core import frozen
from resnet_desktop.core.cancel import CancelToken
from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.events import Event, ModelReady
from resnet_desktop.core.prepared import is_prepared, prepared_folder, workspace
from resnet_desktop.core.weights import find_weights
from resnet_desktop.engine.process import Inbox, run_in_engine

# The import of torch hears no cancel. What is half prepared has no name yet, so the child can be ended in the middle.
GRACE_SECONDS = 0.3


def make_ready(spec: ModelSpec, token: CancelToken) -> Iterator[Event]:
    """Progress where the model must be prepared first, then ModelReady; raises ModelError where it is not here."""
    weights = find_weights(spec)
    folder = prepared_folder(spec, weights.sha256)
    if is_prepared(folder):
        yield ModelReady(spec, folder)
        return
    with workspace(spec, folder) as temporary:
        yield from run_in_engine(_prepare, spec, weights.path, folder, temporary, token=token, grace=GRACE_SECONDS)


def _prepare(spec: ModelSpec, weights: Path, folder: Path, temporary: Path, inbox: Inbox) -> Iterator[Event]:
    """Runs in the child: the import of torch, where there is one, happens here."""
    if frozen.can_train():
        from resnet_desktop.engine.convert import prepare_model
    else:
        from resnet_desktop.engine.plain_convert import prepare_model

    yield from prepare_model(spec, weights, folder, temporary, inbox)
