"""Applies a theme to the application: the one that was chosen, or the system's, also when that changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from editor import theme as look
from editor.theme import DARK, LIGHT, Theme
from editor.window.settings import Settings


class ThemeSwitch(QObject):
    """Holds the theme in use. `changed(Theme)` comes after another was applied."""

    changed = Signal(object)

    def __init__(self, app: QApplication, settings: Settings, override: str | None = None) -> None:
        super().__init__(settings)
        self._app = app
        self._settings = settings
        self._override = override
        self.theme: Theme = self._wanted()
        self._apply()
        settings.changed.connect(self._on_setting)
        app.styleHints().colorSchemeChanged.connect(self.refresh)

    def refresh(self) -> None:
        """Apply what is wanted now, if it is another."""
        wanted = self._wanted()
        if wanted is not self.theme:
            self.theme = wanted
            self._apply()
            self.changed.emit(wanted)

    def _wanted(self) -> Theme:
        chosen = self._override or self._settings.theme
        if chosen == "system":
            is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if chosen == "dark" else LIGHT

    def _apply(self) -> None:
        self._app.setPalette(look.palette(self.theme))
        self._app.setStyleSheet(look.stylesheet(self.theme))

    def _on_setting(self, name: str) -> None:
        if name == "theme":
            self._override = None
            self.refresh()
