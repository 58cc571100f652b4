"""Class names in the language of the window."""

from __future__ import annotations

from functools import cache

from resnet_desktop.core.catalog import ModelSpec
from resnet_desktop.core.paths import resource_path

LANGUAGES = ("en", "he")


def labels_of(spec: ModelSpec, language: str = "en") -> tuple[str, ...]:
    """One name a class, in the order of the network's outputs. The classes of your models are never translated."""
    return spec.classes or imagenet_labels(language if language in LANGUAGES else "en")


@cache
def imagenet_labels(language: str) -> tuple[str, ...]:
    """The 1,000 ImageNet class names as people say them."""
    return tuple(resource_path("labels", f"imagenet.{language}.txt").read_text(encoding="utf-8").splitlines())
