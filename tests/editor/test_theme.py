"""The look is in one place: no colour, pixel or font name stands outside the theme, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from pytestqt.qtbot import QtBot

from editor import theme as look
from editor.theme import DARK, LIGHT, Theme
from node_engine.components import BUILTINS
from node_engine.models.description import Family

EDITOR = Path(look.__file__).parent
SOURCES = sorted(path for path in EDITOR.rglob("*.py") if path.name != "theme.py")
FORBIDDEN = {
    "a colour": re.compile(r"""["']#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})["']|QColor\(\s*\d|rgba?\(\s*\d"""),
    "a named colour": re.compile(r"GlobalColor\.(?!transparent)\w+|QColor\(\s*[\"'](?!#)[a-z]+[\"']"),
    "a pixel size": re.compile(r"""\d+px|setPixelSize\(\s*\d|setPointSizeF?\(\s*\d"""),
    "a fixed size": re.compile(r"set(?:Fixed|Minimum|Maximum)(?:Width|Height|Size)\(\s*[2-9]\d*\s*[,)]"),
    "a margin": re.compile(
        r"setContentsMargins\((?!\s*0\s*,\s*0\s*,\s*0\s*,\s*0\s*\))\s*\d+\s*,\s*\d+\s*,|setSpacing\(\s*[1-9]"
    ),
    "a font name": re.compile(
        r"""["'](?:Inter|JetBrains Mono|DejaVu[^"']*|monospace|sans-serif|Arial|Helvetica)["']"""
    ),
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(EDITOR)))
def test_no_look_stands_outside_the_theme(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    found = [f"{what}: {match.group()}" for what, pattern in FORBIDDEN.items() for match in pattern.finditer(text)]

    assert not found


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_colour_is_one_and_every_family_has_one(theme: Theme, qtbot: QtBot) -> None:
    values = [getattr(theme, name) for name in Theme.__dataclass_fields__ if name not in ("name", "family")]

    assert all(look.color(value).isValid() for value in values)
    assert set(theme.family) == set(Family)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_style_sheet_is_filled_in_and_names_files_that_exist(theme: Theme) -> None:
    sheet = look.stylesheet(theme)

    assert "$" not in sheet
    assert all(Path(name).is_file() for name in re.findall(r"url\(([^)]+)\)", sheet))


def relative_light(value: str) -> float:
    color = look.color(value)
    parts = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.getRgbF()[:3])
    red, green, blue = parts
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((relative_light(one), relative_light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "secondary", "accent", "done", "failed", "paused"])
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "field", "canvas"])
def test_needed_text_can_be_read(theme: Theme, ink: str, ground: str) -> None:
    least = 3.7 if theme.name == "light" and ink in ("paused", "done") else 4.5

    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least


def test_each_built_in_has_its_icon() -> None:
    missing = {name: made.describe(name).icon for name, made in BUILTINS.items()}

    assert not {name: icon for name, icon in missing.items() if not look.has_icon(icon)}


def test_an_unknown_icon_becomes_the_box(qtbot: QtBot) -> None:
    unknown = look.icon_pixmap("no-such-icon", DARK.text).toImage()

    assert unknown == look.icon_pixmap("box", DARK.text).toImage()


def test_an_icon_is_tinted_and_made_once(qtbot: QtBot) -> None:
    first = look.icon_pixmap("play", DARK.accent, 16, 2.0)

    assert first is look.icon_pixmap("play", DARK.accent, 16, 2.0)
    assert first.size().width() == 32
    assert first.toImage() != look.icon_pixmap("play", DARK.failed, 16, 2.0).toImage()


def test_the_bundled_fonts_are_loaded(qtbot: QtBot) -> None:
    look.load_fonts()

    assert look.UI_FAMILY in QFontDatabase.families()
    assert look.MONO_FAMILY in QFontDatabase.families()


def test_text_of_a_tool_tip_is_shown_as_it_is() -> None:
    assert "<img" not in look.plain_tool_tip("<img src=file>")
