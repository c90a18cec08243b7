"""One benchmark module, measured."""

from __future__ import annotations

from importlib import import_module

Row = tuple[str, str, str, bool]
"""Name, figure, limit, and whether the figure is within it."""


def measure(stem: str) -> list[Row]:
    """The rows of one module, in a process where nothing else was loaded."""
    rows: list[Row] = import_module(f"tests.benchmarks.{stem}").run()
    return rows
