"""What every test of the editor shares: Qt objects die on the thread that Qt runs on.

Python's collector runs in whichever thread allocates, and several tests have an engine in a thread of its own. A
widget or an undo stack that is collected there crashes Qt a moment later, in a test that has nothing to do with it.
The program itself keeps the collector on the window's thread (editor/session/garbage.py); this does it for tests.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import count

import pytest

_FULL_EVERY = 40
_tests = count(1)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """No automatic collection during a test; what it left is collected after it, here."""
    before = gc.get_threshold()
    gc.set_threshold(0)
    yield
    gc.collect(2 if next(_tests) % _FULL_EVERY == 0 else 1)
    gc.set_threshold(*before)
