"""Runs every bench_*.py of this folder in a process of its own and prints figure and limit side by side.

`python -m tests.benchmarks` runs all, `python -m tests.benchmarks engine http` those two. Each module has
`run()` that answers with rows of (name, figure, limit, whether it holds).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from tests.benchmarks.measuring import measure


def main(names: list[str]) -> int:
    """Run and print; the exit code is 1 when a figure is beyond its limit."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = [stem for stem in found if not names or stem.removeprefix("bench_") in names]
    holds = True
    print(f"{'':2}{'what':58}{'figure':>40}  limit")
    for stem in wanted:
        began_s = perf_counter()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows = pool.submit(measure, stem).result()
        for name, figure, limit, is_within in rows:
            holds = holds and is_within
            print(f"{'  ' if is_within else '! '}{name:58}{figure:>40}  {limit}", flush=True)
        print(f"  {stem} took {perf_counter() - began_s:.0f} s\n", flush=True)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
