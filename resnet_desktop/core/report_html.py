"""A report as one page for any browser: no network, no script, and every name in it is only text."""

from __future__ import annotations

from html import escape

from resnet_desktop.core.plain_text import one_line
from resnet_desktop.core.report import ClassScore, Report, Verdict

MATRIX_LIMIT = 100  # classes; beyond this the mix-ups are listed instead of drawn
LIST_LIMIT = 1000  # wrong pictures, worst first
MIX_UPS = 50

# The colours are those of the window, as red, green and blue so that a cell can be more or less of one.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --window: 246 247 249; --card: 255 255 255; --line: 225 229 234; --text: 27 31 36;
  --quiet: 90 100 112; --good: 27 127 79; --bad: 192 54 44; }}
@media (prefers-color-scheme: dark) {{ :root {{ --window: 20 23 27; --card: 28 32 38; --line: 44 50 58;
  --text: 231 234 238; --quiet: 155 165 177; --good: 76 195 138; --bad: 255 123 114; }} }}
body {{ margin: 24px auto; max-width: 960px; padding: 0 16px; font: 14px/1.5 system-ui, sans-serif;
  background: rgb(var(--window)); color: rgb(var(--text)); }}
h1, h2 {{ font-size: 18px; margin: 0 0 8px; }}
section {{ background: rgb(var(--card)); border: 1px solid rgb(var(--line)); border-radius: 8px; padding: 16px;
  margin: 16px 0; overflow-x: auto; }}
.large {{ font-size: 26px; margin: 0; }}
.quiet {{ color: rgb(var(--quiet)); margin: 0 0 8px; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: 4px 8px; text-align: start; font-weight: normal; border-bottom: 1px solid rgb(var(--line)); }}
thead th {{ color: rgb(var(--quiet)); vertical-align: bottom; }}
td.number, th.number {{ text-align: end; font-variant-numeric: tabular-nums; }}
.matrix th.across {{ writing-mode: vertical-rl; }}
.matrix td {{ text-align: center; min-width: 24px; font-variant-numeric: tabular-nums; }}
.matrix td.right {{ background: rgb(var(--good) / calc(var(--share) * 50%)); }}
.matrix td.wrong {{ background: rgb(var(--bad) / calc(var(--share) * 50%)); }}
</style>
</head>
<body>
<h1 dir="auto">{title}</h1>
{sections}
</body>
</html>
"""


def report_html(report: Report, title: str) -> str:
    """The page, in English; ``title`` says what was evaluated."""
    sections = [_headline(report), _class_table(report), _confusion(report), _wrong_pictures(report)]
    return _PAGE.format(title=_text(title), sections="\n".join(f"<section>\n{part}\n</section>" for part in sections))


def _headline(report: Report) -> str:
    pictures = "1 picture" if report.count == 1 else f"{report.count:,} pictures"
    return (
        f'<p class="large">{_percent(report.accuracy)} right</p>\n'
        f'<p class="quiet">Of {pictures}. For others like them, the true share lies between '
        f"{_percent(report.low)} and {_percent(report.high)} with 95 % confidence.</p>\n"
        f'<p class="quiet">Mean F1 of the classes {report.macro_f1:.3f}. Probabilities are off by '
        f"{_percent(report.calibration_error)} on average.</p>"
    )


def _class_table(report: Report) -> str:
    head = '<tr><th scope="col">Class</th>' + "".join(
        f'<th scope="col" class="number">{name}</th>' for name in ("Precision", "Recall", "F1", "Pictures")
    )
    rows = "\n".join(_class_row(score) for score in report.per_class)
    return f"<h2>Classes</h2>\n<table>\n<thead>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _class_row(score: ClassScore) -> str:
    figures = (_percent(score.precision), _percent(score.recall), f"{score.f1:.3f}", f"{score.count:,}")
    cells = "".join(f'<td class="number">{figure}</td>' for figure in figures)
    return f'<tr><th scope="row" dir="auto">{_text(score.label)}</th>{cells}</tr>'


def _confusion(report: Report) -> str:
    return _matrix(report) if len(report.classes) <= MATRIX_LIMIT else _mix_ups(report)


def _matrix(report: Report) -> str:
    head = "".join(f'<th scope="col" class="across" dir="auto">{_text(label)}</th>' for label in report.classes)
    rows = "\n".join(_matrix_row(report, truth) for truth in range(len(report.classes)))
    return (
        '<h2>Confusion</h2>\n<p class="quiet">Rows: what the pictures show. Columns: what the model answered.</p>\n'
        f'<table class="matrix">\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>'
    )


def _matrix_row(report: Report, truth: int) -> str:
    row = report.confusion[truth]
    whole = sum(row) or 1
    cells = "".join(
        f'<td class="{"right" if guess == truth else "wrong"}" style="--share: {count / whole:.3f}">{count or ""}</td>'
        for guess, count in enumerate(row)
    )
    return f'<tr><th scope="row" dir="auto">{_text(report.classes[truth])}</th>{cells}</tr>'


def _mix_ups(report: Report) -> str:
    found = [
        (count, truth, guess)
        for truth, row in enumerate(report.confusion)
        for guess, count in enumerate(row)
        if count and guess != truth
    ]
    found.sort(key=lambda mix_up: -mix_up[0])
    rows = [
        f'<tr><td class="number">{count:,}</td>{_name_cell(report, truth)}{_name_cell(report, guess)}</tr>'
        for count, truth, guess in found[:MIX_UPS]
    ]
    return _table("Most frequent mix-ups", ("Pictures", "Shows", "Answer"), rows)


def _wrong_pictures(report: Report) -> str:
    if not report.wrong:
        return "<h2>Wrong pictures</h2>\n<p>None.</p>"
    rows = [_wrong_row(report, verdict) for verdict in report.wrong[:LIST_LIMIT]]
    more = len(report.wrong) - len(rows)
    note = f'\n<p class="quiet">And {more:,} more.</p>' if more else ""
    return _table("Wrong pictures, worst first", ("Picture", "Shows", "Answer", "Probability"), rows) + note


def _wrong_row(report: Report, verdict: Verdict) -> str:
    return (
        f'<tr><td dir="ltr">{_text(str(verdict.path))}</td>{_name_cell(report, verdict.truth)}'
        f'{_name_cell(report, verdict.prediction)}<td class="number">{_percent(verdict.probability)}</td></tr>'
    )


def _table(heading: str, columns: tuple[str, ...], rows: list[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    body = "\n".join(rows)
    return f"<h2>{heading}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _name_cell(report: Report, index: int) -> str:
    return f'<td dir="auto">{_text(report.classes[index])}</td>'


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _text(name: str) -> str:
    return escape(one_line(name))
