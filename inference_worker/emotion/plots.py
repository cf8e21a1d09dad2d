"""The three plots of a model card as SVG: no plotting library is needed to draw a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_SIZE = 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 28, 16, 56
_INK, _LIGHT, _BLUE = "#333", "#ccc", "#1f5fa8"


def confusion_plot(title: str, labels: Sequence[str], table: Sequence[Sequence[int]]) -> str:
    """Rows are the truth, columns the answer; each row adds up to 100 %."""
    cell = (_SIZE - _LEFT - _RIGHT) / len(labels)
    parts = []
    for row, counts in enumerate(table):
        total = sum(counts)
        y = _TOP + row * cell
        parts.append(_text(_LEFT - 6, y + cell / 2 + 4, labels[row], "end"))
        for column, count in enumerate(counts):
            x = _LEFT + column * cell
            share = count / total if total else 0.0
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" height="{cell:.1f}" fill="{_BLUE}" '
                f'fill-opacity="{share:.3f}" stroke="{_LIGHT}"/>'
            )
            colour = "#fff" if share > 0.55 else _INK
            if total:
                parts.append(_text(x + cell / 2, y + cell / 2 + 4, f"{share:.0%}", "middle", colour))
    bottom = _TOP + len(labels) * cell + 14
    for column, label in enumerate(labels):
        parts.append(_text(_LEFT + (column + 0.5) * cell, bottom, label, "middle"))
    parts.append(_text(_LEFT + len(labels) * cell / 2, bottom + 22, "answer (rows: truth)", "middle"))
    return _picture(title, parts, height=int(bottom + 34))


def reliability_plot(title: str, points: Sequence[Sequence[float]]) -> str:
    """Accuracy against certainty; on the diagonal an answer is right as often as it claims. `points` are
    (certainty, accuracy, clips)."""
    most = max((point[2] for point in points), default=1)
    dots = [
        f'<circle cx="{_x(certainty):.1f}" cy="{_y(accuracy):.1f}" r="{3 + 9 * (count / most) ** 0.5:.1f}" '
        f'fill="{_BLUE}" fill-opacity="0.7"/>'
        for certainty, accuracy, count in points
    ]
    diagonal = f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{_LIGHT}" stroke-dasharray="4 3"/>'
    return _picture(title, [*_axes("certainty", "right"), diagonal, *dots])


def coverage_plot(title: str, curves: dict[str, Sequence[Sequence[float]]]) -> str:
    """Accuracy of the surest answers against how many are shown; a line for each name."""
    parts = _axes("share that is shown, the surest first", "right")
    for number, (name, points) in enumerate(curves.items()):
        path = " ".join(f"{_x(share):.1f},{_y(accuracy):.1f}" for share, accuracy in points)
        dashes = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")[number % 6]
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{_BLUE}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        if points:
            parts.append(_text(_x(points[-1][0]) - 2, _y(points[-1][1]) - 5, name, "end"))
    return _picture(title, parts)


def _x(share: float) -> float:
    return _LEFT + share * (_SIZE - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1.0 - share) * (_SIZE - _TOP - _BOTTOM)


def _axes(below: str, beside: str) -> list[str]:
    parts = []
    for tenth in (0, 2, 4, 6, 8, 10):
        share = tenth / 10
        parts.append(
            f'<line x1="{_x(0)}" y1="{_y(share):.1f}" x2="{_x(1)}" y2="{_y(share):.1f}" stroke="{_LIGHT}"/>'
        )
        parts.append(_text(_LEFT - 6, _y(share) + 4, f"{share:.0%}", "end"))
        parts.append(_text(_x(share), _y(0) + 16, f"{share:.0%}", "middle"))
    parts.append(_text(_x(0.5), _y(0) + 36, below, "middle"))
    return [*parts, _text(8, _TOP - 8, beside, "start")]


def _text(x: float, y: float, text: str, anchor: str, colour: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _picture(title: str, parts: Sequence[str], height: int = _SIZE) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIZE}" height="{height}" '
            f'viewBox="0 0 {_SIZE} {height}" font-family="sans-serif" font-size="10" role="img">',
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            _text(_SIZE / 2, 16, title, "middle"),
            *parts,
            "</svg>\n",
        ]
    )
