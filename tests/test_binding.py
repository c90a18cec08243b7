"""The pair of PySide6 and Python in use survives many calls that return nothing; the known bad pair is refused."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject

from editor.window.binding import binding_problem

CALLS = 20_000


def test_many_void_calls_keep_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)

    for _ in range(CALLS):
        thing.setObjectName("a")

    assert sys.getrefcount(None) > before - CALLS // 2


def test_the_installed_pair_is_not_refused() -> None:
    assert binding_problem() is None


@pytest.mark.parametrize("python", [(3, 10), (3, 11)])
def test_the_bad_pair_is_refused_with_the_way_out(python: tuple[int, int]) -> None:
    problem = binding_problem("6.12.0", python)

    assert problem is not None
    assert "PySide6 6.12.0" in problem
    assert "pip install 'PySide6-Essentials>=6.8,<6.12'" in problem


@pytest.mark.parametrize(("binding", "python"), [("6.12.0", (3, 12)), ("6.11.3", (3, 11)), ("6.12.1", (3, 11))])
def test_other_pairs_are_accepted(binding: str, python: tuple[int, int]) -> None:
    assert binding_problem(binding, python) is None
