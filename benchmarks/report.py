"""A table on the screen and the same as JSON in `benchmarks/results/`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS_DIR = Path(__file__).resolve().parent / "results"


def report(name: str, question: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print `rows` (all with the same keys) under `question`, and write `results/<name>.json`."""
    columns = list(rows[0])
    cells = [columns, *[[_text(row[column]) for column in columns] for row in rows]]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    print(f"\n{question}")
    for line in cells:
        print("  " + "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
    load = os.getloadavg()[0]
    print(f"  ({os.cpu_count()} cores, load {load:.1f})")
    RESULTS_DIR.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load": load}
    document = {"question": question, "rows": rows, "machine": machine}
    (RESULTS_DIR / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile. `values` must not be empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
