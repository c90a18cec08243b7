"""Compares pictures with tolerance; a failure writes what was expected, what came and where they differ."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtGui import QColor, QImage, QPainter

EXPECTED = Path(__file__).parent / "pictures"
NEAR = 48
"""Channels that differ by less are the same: renderers of text and edges differ a little between systems."""
ALLOWED = 0.01
"""Share of pixels that may differ more."""


def paint(width: int, height: int, ratio: float, background: str, draw: Callable[[QPainter], None]) -> QImage:
    """Paint into a picture of a fixed size and scale."""
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(background))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return image


def assert_looks_like(got: QImage, name: str) -> None:
    """Compare with pictures/<name>.png; UPDATE_PICTURES=1 makes what came the expected picture."""
    path = EXPECTED / f"{name}.png"
    if os.environ.get("UPDATE_PICTURES") == "1":
        got.save(str(path))
    expected = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    assert expected.size() == got.size(), f"{name}: {got.size()} instead of {expected.size()}"
    difference, share = _compare(expected, got)
    if share > ALLOWED:
        folder = Path(mkdtemp(prefix=f"picture-{name}-"))
        for label, image in (("expected", expected), ("got", got), ("difference", difference)):
            image.save(str(folder / f"{label}.png"))
        raise AssertionError(f"{name}: {share:.1%} of the pixels differ. See {folder}")


def _compare(expected: QImage, got: QImage) -> tuple[QImage, float]:
    one, other = bytes(expected.constBits()), bytes(got.convertToFormat(QImage.Format.Format_RGB32).constBits())
    differing = bytearray(len(one))
    count = 0
    for start in range(0, len(one), 4):
        if one[start : start + 3] != other[start : start + 3]:
            most = max(abs(a - b) for a, b in zip(one[start : start + 3], other[start : start + 3], strict=True))
            count += most >= NEAR
            differing[start + 2] = most
    difference = QImage(bytes(differing), got.width(), got.height(), got.width() * 4, QImage.Format.Format_RGB32)
    return difference.copy(), count / max(1, len(one) // 4)
