"""What is said of a cell of the matrix, of a wrong picture, of the whole."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.report import Report, Verdict
from resnet_desktop.ui import words
from resnet_desktop.ui.train.result.pair import Pair, count_in, total_of


def named(label: str) -> str:
    """A class name that keeps to itself, whatever script it and its sentence are in."""
    return f"\u2068{one_line(label)}\u2069"


class ResultWords(QObject):
    """A QObject for its tr(), which knows plurals."""

    def pair(self, report: Report, pair: Pair) -> str:
        """What the pictures of a pair are."""
        count = count_in(report, pair)
        values = {}
        if pair.truth is not None:
            values = {"truth": named(report.classes[pair.truth]), "total": _number(total_of(report, pair.truth))}
        if pair.prediction is not None:
            values["said"] = named(report.classes[pair.prediction])
        return self._template(pair, count).format(**values)

    def _template(self, pair: Pair, count: int) -> str:
        if pair.truth is None and pair.prediction is None:
            return self.tr("%Ln mistakes, worst first", "", count)
        if pair.truth is None:
            return self.tr("%Ln pictures wrongly taken for “{said}”", "", count)
        if pair.prediction is None:
            return self.tr("%Ln of {total} “{truth}” answered wrong", "", count)
        if pair.truth == pair.prediction:
            return self.tr("%Ln of {total} “{truth}” answered right", "", count)
        return self.tr("%Ln of {total} “{truth}” taken for “{said}”", "", count)

    def said(self, report: Report, verdict: Verdict) -> str:
        return self.tr("said {name}").format(name=named(report.classes[verdict.prediction]))

    def truth(self, report: Report, verdict: Verdict) -> str:
        return self.tr("is {name}").format(name=named(report.classes[verdict.truth]))

    def verdict(self, report: Report, verdict: Verdict) -> str:
        """One wrong picture in one line."""
        return self.tr("said {said} {percent} — is {truth}").format(
            said=named(report.classes[verdict.prediction]),
            percent=words.percent(verdict.probability),
            truth=named(report.classes[verdict.truth]),
        )

    def beside(self, report: Report, verdict: Verdict) -> str:
        """How likely it thought the truth; empty where the report does not tell."""
        if verdict.truth_probability is None:
            return ""
        return self.tr("It gave {truth} {percent}.").format(
            truth=named(report.classes[verdict.truth]), percent=words.percent(verdict.truth_probability)
        )

    def nothing(self, report: Report, pair: Pair) -> str:
        """In place of pictures, where there are none."""
        if not report.wrong:
            return self.tr("No mistakes: all %Ln pictures were answered right.", "", report.count)
        if pair.truth is not None and pair.truth == pair.prediction:
            return self.tr(
                "These were answered right; only wrong pictures are kept. Choose another cell to see mistakes."
            )
        return self.tr("There is no such mistake. Choose another cell.")


def _number(count: int) -> str:
    return QLocale().toString(count)
