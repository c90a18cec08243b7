"""Where the program keeps what outlives it."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """The user's folder for runs and stored content; it may not exist yet."""
    return Path(platformdirs.user_state_dir("node-engine", appauthor=False))
