"""What a person looks at in a result: one kind of mistake, or all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from resnet_desktop.core.report import Report, Verdict


@dataclass(frozen=True)
class Pair:
    """Pictures of the class ``truth`` answered with ``prediction``; None stands for any class."""

    truth: int | None = None
    prediction: int | None = None


ALL = Pair()


def count_in(report: Report, pair: Pair) -> int:
    """Pictures in the cell; in a whole row or column, and in all of them, the wrong ones only."""
    truth, said, confusion = pair.truth, pair.prediction, report.confusion
    if truth is not None and said is not None:
        return confusion[truth][said]
    if truth is not None:
        return total_of(report, truth) - confusion[truth][truth]
    if said is not None:
        return sum(row[said] for row in confusion) - confusion[said][said]
    return report.count - sum(row[index] for index, row in enumerate(confusion))


def total_of(report: Report, truth: int) -> int:
    """Pictures of a class."""
    return sum(report.confusion[truth])


def wrong_in(report: Report, pair: Pair) -> tuple[Verdict, ...]:
    """The wrong pictures of a pair, worst first."""
    return tuple(
        verdict
        for verdict in report.wrong
        if pair.truth in (None, verdict.truth) and pair.prediction in (None, verdict.prediction)
    )


def commonest_pairs(report: Report, most: int) -> list[Pair]:
    """The kinds of mistake made most often, at most so many; of those made as often, the one made most surely first."""
    counts = Counter((verdict.truth, verdict.prediction) for verdict in report.wrong)
    return [Pair(truth, prediction) for (truth, prediction), _count in counts.most_common(most)]
