"""Tells whether a window can open here, and what to install or run when it cannot."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}
"""What Qt needs from the system on Linux, with the Debian package that has it."""
VIRTUAL_DISPLAY = "xvfb-run -a --server-args='-screen 0 1600x1000x24' .venv/bin/python -m editor"


def has_display(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True when a window can be expected to open."""
    known = os.environ if environment is None else environment
    if not platform.startswith("linux"):
        return True
    return any(known.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing_packages(load: Callable[[str], object] = ctypes.CDLL, platform: str = sys.platform) -> list[str]:
    """Debian packages that Qt needs and that are not installed."""
    if not platform.startswith("linux"):
        return []
    return [package for library, package in QT_LIBRARIES.items() if not _loads(library, load)]


def _loads(library: str, load: Callable[[str], object]) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True


def missing_text(packages: list[str]) -> str:
    """What to tell when packages are missing."""
    return (
        "The window needs packages of the system that are not installed. On Debian and Ubuntu:\n\n"
        f"  sudo apt-get install {' '.join(packages)}\n"
    )
