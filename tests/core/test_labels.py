"""1,000 names in each language, in the order of the network's outputs."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest

from resnet_desktop.core.catalog import find_model
from resnet_desktop.core.labels import LANGUAGES, imagenet_labels, labels_of

# A few classes far apart, known by heart to anybody who reads Hebrew: a shift of the lines would show.
KNOWN = {1: "דג זהב", 2: "כריש", 281: "חתול", 386: "פיל", 437: "מגדלור", 954: "בננה", 967: "אספרסו", 963: "פיצה"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_different_names_on_a_line_each(language: str) -> None:
    labels = imagenet_labels(language)
    assert len(labels) == 1000
    assert len({label.casefold() for label in labels}) == 1000
    for label in labels:
        assert label == label.strip()
        assert label.isprintable()
        assert label


def test_english_names_are_torchvisions_but_for_a_few() -> None:
    from torchvision import models

    theirs = models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    different = {
        index for index, (ours, name) in enumerate(zip(imagenet_labels("en"), theirs, strict=True)) if ours != name
    }
    assert different <= {134, 264, 517, 639}


def test_hebrew_names_are_hebrew() -> None:
    foreign = [
        label
        for label in imagenet_labels("he")
        if not any(unicodedata.name(character, "").startswith("HEBREW LETTER") for character in label)
    ]
    assert foreign == []


@pytest.mark.parametrize(("index", "word"), KNOWN.items())
def test_hebrew_names_stand_at_the_right_lines(index: int, word: str) -> None:
    assert word in imagenet_labels("he")[index]


def test_the_language_of_the_window_decides() -> None:
    spec = find_model("resnet18")
    assert labels_of(spec, "he") == imagenet_labels("he")
    assert labels_of(spec) == labels_of(spec, "en") == imagenet_labels("en")
    assert labels_of(spec, "a language to come") == imagenet_labels("en")


def test_your_own_classes_are_never_translated() -> None:
    spec = dataclasses.replace(find_model("resnet18"), classes=("hat", "כובע"))
    assert labels_of(spec, "en") == labels_of(spec, "he") == ("hat", "כובע")
