"""Builds the bundled release in fresh processes and prints the median seconds by step and the peak memory."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

RUNS = 5


def measure_once() -> None:
    """Build once in this process; print seconds by step, megabytes and triples as JSON."""
    from graph.build import build
    from loaders.collection import load_bundled

    marks: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as home:
        report = build(
            load_bundled, Path(home), progress=lambda step: marks.append((step, time.perf_counter()))
        )
        marks.append(("end", time.perf_counter()))
        triples = report.release.manifest["counts"]["triples"]
    steps = {name: after - at for (name, at), (_, after) in pairwise(marks)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"steps": steps, "megabytes": peak, "triples": triples}))


def main() -> None:
    """Measure RUNS times and print the medians."""
    runs = []
    for _ in range(RUNS):
        started = time.perf_counter()
        command = [sys.executable, __file__, "once"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        runs.append(json.loads(output) | {"total": time.perf_counter() - started})
    for step in runs[0]["steps"]:
        print(f"{step:28} {statistics.median(run['steps'][step] for run in runs):8.2f} s")
    print(f"{'in all, with start-up':28} {statistics.median(run['total'] for run in runs):8.2f} s")
    print(f"{'peak memory':28} {statistics.median(run['megabytes'] for run in runs):8.0f} MB")
    print(f"{'triples':28} {runs[0]['triples']:8}")


if __name__ == "__main__":
    measure_once() if sys.argv[1:] == ["once"] else main()
