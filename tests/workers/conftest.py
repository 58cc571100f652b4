"""A thread host that every test must leave without a running thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resnet_desktop.workers.thread_host import ThreadHost


@pytest.fixture
def host(qapp: object) -> Iterator[ThreadHost]:
    keeper = ThreadHost()
    yield keeper
    assert keeper.shut_down(), "a thread did not end"


@pytest.fixture(autouse=True)
def _collected(collected_in_main_thread: None) -> None:
    """For every test here."""
