"""The look in one place: colours, sizes, fonts, icons and the style sheet; light and dark are two instances of `Theme`.

Longer than other modules, because it is the only one: no colour, pixel or font name stands outside it
(tests/editor/test_theme.py). Widgets choose a style by a
dynamic property instead of a style sheet of their own:

`role` on QLabel: "title", "heading", "section", "secondary", "caption", "mono", "error", "warning", "done", "badge".
`role` on QFrame: "card", "line", "panel", "strip" (with `tone` "paused", "past", "failed"), "popup".
`kind` on QPushButton and QToolButton: "primary", "plain", "flat", "link", "danger", "tab".
`invalid` (bool) on input fields: a red border. `mono` (bool) on text fields: the monospace font.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from node_engine.models.description import Family

SPACE = 4
"""The grid of all spacing: margins and gaps are 1, 2, 3 or 4 of these."""
GAP_XS, GAP_S, GAP, GAP_L, GAP_XL = SPACE, 2 * SPACE, 3 * SPACE, 4 * SPACE, 6 * SPACE
HAIRLINE = 1
ROW = 28
FIELD = 30
BUTTON = 28
TOOLBAR = 44
STRIP = 32
STATUS = 26
TITLE = 34
"""As high as a row of tabs, so that neighbouring docks line up."""
TAB = 26
TARGET = 24
"""The smallest thing that can be clicked."""
RADIUS = 6
NODE_RADIUS = 9
FRAME_RADIUS = 12
PANEL_LEFT, PANEL_RIGHT, PANEL_BOTTOM = 236, 348, 298
WINDOW_WIDTH, WINDOW_HEIGHT = 1600, 1000
SCREEN_SHARE = 0.85
"""Of the screen, for a window that is larger than it when it is not maximised."""
POPUP_WIDTH, DIALOG_WIDTH, DIALOG_HEIGHT, CARD_WIDTH = 560, 640, 460, 232
RUN_WIDTH, SEARCH_WIDTH = 76, 320
TAB_MIN_WIDTH, TAB_CLOSE = 88, 18
STEPS_SHARE, STATE_SHARE = 587, 429
GUIDE_WIDTH = 340
QUESTION_WIDTH, HELP_HEIGHT = 460, 640
CARD_HEIGHT, PAGE_WIDTH, LIST_HEIGHT = 104, 760, 380
GRID = 20
"""Distance of the canvas dots and of snapping."""
ICON, ICON_S, ICON_L, TILE = 16, 14, 20, 32

TEXT, SECONDARY_TEXT, CAPTION_TEXT, TITLE_TEXT, MONO_TEXT, DISPLAY_TEXT = 13, 12, 11, 15, 12, 24
"""Font sizes in pixels."""
REGULAR, MEDIUM, SEMIBOLD, BOLD = (
    QFont.Weight.Normal,
    QFont.Weight.Medium,
    QFont.Weight.DemiBold,
    QFont.Weight.Bold,
)
UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"
_MONO_FALLBACKS = (MONO_FAMILY, "DejaVu Sans Mono", "Menlo", "Consolas", "monospace")
_FONT_FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Bold.ttf",
)
MOTION_MS = 140
"""Length of every movement on the screen."""
HOVER_DELAY_MS = 400


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of the program as "#rrggbb", the soft ones as "#aarrggbb"."""

    name: str
    window: str
    panel: str
    raised: str
    field: str
    canvas: str
    dots: str
    line: str
    text: str
    secondary: str
    faint: str
    """Never for text that is needed."""
    accent: str
    accent_soft: str
    accent_hover: str
    on_accent: str
    """Text and icons on a filled accent."""
    done: str
    done_soft: str
    failed: str
    failed_soft: str
    paused: str
    paused_soft: str
    node: str
    node_line: str
    wire: str
    shadow: str
    hover: str
    selected: str
    """Background of a selected row."""
    strip_paused: str
    strip_past: str
    strip_failed: str
    family: Mapping[Family, str]
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str

    @property
    def is_dark(self) -> bool:
        """True for a dark theme."""
        return self.name == "dark"


_FAMILIES = {
    Family.CONTROL: "#8f77f2",
    Family.DATA: "#2fa79c",
    Family.FILES: "#e58a4e",
    Family.CODE: "#6f93bd",
    Family.MODELS: "#d96bab",
    Family.PEOPLE: "#c9a23a",
}

DARK = Theme(
    name="dark",
    window="#15171c",
    panel="#1a1d23",
    raised="#21252c",
    field="#14161b",
    canvas="#111318",
    dots="#23272f",
    line="#2b303a",
    text="#e7e9ee",
    secondary="#98a1b1",
    faint="#646d7c",
    accent="#5c9bff",
    accent_soft="#265c9bff",
    accent_hover="#76abff",
    on_accent="#ffffff",
    done="#45b98c",
    done_soft="#1f45b98c",
    failed="#f2646f",
    failed_soft="#1ff2646f",
    paused="#f4b84d",
    paused_soft="#1ff4b84d",
    node="#1f232a",
    node_line="#343a46",
    wire="#4a5261",
    shadow="#73000000",
    hover="#252a32",
    selected="#212d40",
    strip_paused="#352c22",
    strip_past="#1c2738",
    strip_failed="#342026",
    family=_FAMILIES,
    code_keyword="#b29bff",
    code_string="#7fc9a4",
    code_number="#e5a06a",
    code_comment="#707a8a",
    code_name="#7fb2ff",
)

LIGHT = Theme(
    name="light",
    window="#f3f4f7",
    panel="#ffffff",
    raised="#f6f7f9",
    field="#ffffff",
    canvas="#fafbfc",
    dots="#dde1e8",
    line="#e2e5eb",
    text="#1a1e26",
    secondary="#5b6474",
    faint="#8a93a2",
    accent="#2366e0",
    accent_soft="#1a2366e0",
    accent_hover="#1b57c4",
    on_accent="#ffffff",
    done="#16855b",
    done_soft="#1f16855b",
    failed="#cc2f3e",
    failed_soft="#1fcc2f3e",
    paused="#a86a00",
    paused_soft="#1fa86a00",
    node="#ffffff",
    node_line="#d5dae2",
    wire="#aab2bf",
    shadow="#1f1a1e26",
    hover="#eef0f4",
    selected="#eef3fd",
    strip_paused="#f4e9d6",
    strip_past="#e4edfc",
    strip_failed="#f9e3e5",
    family=_FAMILIES,
    code_keyword="#6a45d8",
    code_string="#16794f",
    code_number="#b1560f",
    code_comment="#7a8494",
    code_name="#1d5fc4",
)


def color(value: str, alpha: float = 1.0) -> QColor:
    """Make a colour from "#rrggbb" or "#aarrggbb", its opacity multiplied by `alpha` (0 to 1)."""
    made = QColor(value)
    if alpha < 1.0:
        made.setAlphaF(made.alphaF() * alpha)
    return made


def mix(lower: str, upper: str, share: float) -> QColor:
    """Blend two colours; `share` of `upper` (0 to 1) over `lower`, opaque."""
    low, high = QColor(lower), QColor(upper)
    return QColor(
        round(low.red() + (high.red() - low.red()) * share),
        round(low.green() + (high.green() - low.green()) * share),
        round(low.blue() + (high.blue() - low.blue()) * share),
    )


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; once per application. A missing file leaves the system's fonts."""
    if UI_FAMILY in QFontDatabase.families() and MONO_FAMILY in QFontDatabase.families():
        return
    for name in _FONT_FILES:
        QFontDatabase.addApplicationFontFromData(QByteArray(_resource("fonts", name)))


def ui_font(size: int = TEXT, weight: QFont.Weight = REGULAR) -> QFont:
    """Make the font of the user interface, with tabular figures; `size` in pixels."""
    font = QFont(UI_FAMILY)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def mono_font(size: int = MONO_TEXT, weight: QFont.Weight = REGULAR) -> QFont:
    """Make the font of code, JSON and paths; `size` in pixels."""
    font = QFont(list(_MONO_FALLBACKS))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def has_icon(name: str) -> bool:
    """Tell whether an icon of that name is shipped."""
    return _shipped().joinpath("icons", f"{name}.svg").is_file()


def icon(name: str, color: str, size: int = ICON, disabled: str | None = None) -> QIcon:
    """Make an icon in one colour; paler while disabled, or in the colour `disabled`. An unknown name gives the box."""
    made = QIcon()
    opacity = 0.35 if disabled is None else 1.0
    for ratio in _ratios():
        made.addPixmap(icon_pixmap(name, color, size, ratio), QIcon.Mode.Normal)
        made.addPixmap(icon_pixmap(name, disabled or color, size, ratio, opacity), QIcon.Mode.Disabled)
    return made


@cache
def icon_pixmap(name: str, color: str, size: int = ICON, dpr: float = 1.0, opacity: float = 1.0) -> QPixmap:
    """Paint an icon in one colour at `size` logical pixels for a device pixel ratio; kept for the next call."""
    pixmap = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    _svg(name, QColor(color).name()).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _svg(name: str, color: str) -> QSvgRenderer:
    source = _resource("icons", f"{name}.svg") or _resource("icons", "box.svg")
    return QSvgRenderer(QByteArray(source.replace(b"currentColor", color.encode())))


def _ratios() -> set[float]:
    """The pixel ratios that icons are needed in on the screens of this machine."""
    app = QGuiApplication.instance()
    return {1.0, app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0}


@cache
def _shipped() -> Traversable:
    return files("resources")


@cache
def _resource(folder: str, name: str) -> bytes:
    try:
        return _shipped().joinpath(folder, name).read_bytes()
    except OSError:
        return b""


def palette(theme: Theme) -> QPalette:
    """Make the palette of Fusion for a theme."""
    made = QPalette()
    role = QPalette.ColorRole
    for name, value in (
        (role.Window, theme.panel),
        (role.WindowText, theme.text),
        (role.Base, theme.field),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.failed),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.faint),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.raised),
        (role.Midlight, theme.raised),
        (role.Shadow, theme.window),
    ):
        made.setColor(name, QColor(value))
    for name in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.faint))
    return made


def stylesheet(theme: Theme) -> str:
    """Make the style sheet of the whole program for a theme."""
    values = {name: _css(getattr(theme, name)) for name in _COLOURS}
    sizes = {name.lower(): str(value) for name, value in globals().items() if name.isupper() and isinstance(value, int)}
    look = str(_shipped().joinpath("look")).replace("\\", "/")
    others = {"mono_family": MONO_FAMILY, "look": look, "field_height": str(FIELD)}
    # colours last: the colours "field" and "text" share their names with sizes
    return Template(_resource("look", "style.qss").decode()).substitute({**sizes, **others, **values})


_COLOURS = tuple(name for name in Theme.__dataclass_fields__ if name not in ("name", "family"))


def _css(value: str) -> str:
    made = QColor(value)
    if made.alpha() == 255:
        return value
    return f"rgba({made.red()}, {made.green()}, {made.blue()}, {made.alpha()})"


def text_style(value: str) -> str:
    """Style sheet for one label whose colour changes with a state."""
    return f"color: {_css(value)};"


def plain_tool_tip(text: str) -> str:
    """Make a tool tip that shows `text` as it is, whatever tags it holds."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if text else ""


@cache
def dot_pixmap(value: str, diameter: int = 8, dpr: float = 1.0) -> QPixmap:
    """Paint a filled dot: lamps, palette groups, unsaved marks."""
    pixmap = QPixmap(QSize(round(diameter * dpr), round(diameter * dpr)))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(value))
    painter.drawEllipse(QRectF(0, 0, diameter, diameter))
    painter.end()
    return pixmap


def tile_pixmap(name: str, value: str, dpr: float = 1.0, size: int = TILE) -> QPixmap:
    """Paint an icon on its rounded tile in a family's colour, as nodes, cards and the inspector show it."""
    pixmap = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(value, 0.17))
    painter.drawRoundedRect(QRectF(0, 0, size, size), RADIUS, RADIUS)
    side = size // 2
    painter.drawPixmap((size - side) // 2, (size - side) // 2, icon_pixmap(name, value, side, dpr))
    painter.end()
    return pixmap


def dot_icon(value: str, diameter: int = 8) -> QIcon:
    """Make an icon that is a dot in one colour."""
    made = QIcon()
    for ratio in _ratios():
        made.addPixmap(dot_pixmap(value, diameter, ratio))
    return made


def no_icon() -> QIcon:
    """Make the empty icon."""
    return QIcon()
