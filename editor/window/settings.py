"""What the window remembers between starts: colours, port, folders, recent files, places of docks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

DEFAULT_PORT = 8000
RECENT_FILES = 12


class Settings(QObject):
    """An INI file in the state folder. `changed(name)` comes after a setting became another."""

    changed = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        """The state folder."""
        self._store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat, self)

    @property
    def theme(self) -> str:
        """Colours: "system", "light" or "dark"."""
        chosen = self._text("theme", "system")
        return chosen if chosen in ("system", "light", "dark") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("theme", name)

    @property
    def port(self) -> int:
        """The port of the service; the next free one is taken if it is in use."""
        text = self._text("port", str(DEFAULT_PORT))
        return int(text) if text.isdecimal() and 0 <= int(text) <= 65_535 else DEFAULT_PORT

    @port.setter
    def port(self, port: int) -> None:
        self._set("port", str(port))

    @property
    def is_serving(self) -> bool:
        """Whether the service starts with the window."""
        return self._text("serve", "yes") == "yes"

    @is_serving.setter
    def is_serving(self, serve: bool) -> None:
        self._set("serve", "yes" if serve else "no")

    @property
    def has_reduced_motion(self) -> bool:
        """Whether things move at once instead of gliding."""
        return self._text("motion", "full") == "reduced"

    @has_reduced_motion.setter
    def has_reduced_motion(self, is_reduced: bool) -> None:
        self._set("motion", "reduced" if is_reduced else "full")

    @property
    def registry_root(self) -> Path | None:
        """The folder with registry.json and components/*.py of the user's own, if any."""
        text = self._text("registry_root", "")
        return Path(text) if text else None

    @registry_root.setter
    def registry_root(self, folder: Path | None) -> None:
        self._set("registry_root", str(folder) if folder else "")

    @property
    def recent_files(self) -> list[Path]:
        """The files that were open last, the newest first."""
        return [Path(text) for text in self._text("recent", "").split("\n") if text]

    def add_recent(self, path: Path) -> None:
        """Put a file first in the list of recent ones."""
        others = [each for each in self.recent_files if each != path]
        self._set("recent", "\n".join(str(each) for each in [path, *others][:RECENT_FILES]))

    @property
    def open_files(self) -> list[Path]:
        """The files that were open when the window was closed."""
        return [Path(text) for text in self._text("open", "").split("\n") if text]

    def remember_open(self, paths: list[Path]) -> None:
        """Keep the files to open at the next start."""
        self._set("open", "\n".join(str(path) for path in paths))

    def bytes_of(self, name: str) -> QByteArray:
        """A remembered window state, e.g. "geometry"; empty without one."""
        value = self._store.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_bytes(self, name: str, value: QByteArray) -> None:
        """Remember a window state."""
        self._store.setValue(f"window/{name}", value)

    def forget_layout(self) -> None:
        """Forget where docks and window were."""
        self._store.remove("window")

    def _text(self, name: str, default: str) -> str:
        value = self._store.value(name, default)
        return "\n".join(value) if isinstance(value, list) else str(value)

    def _set(self, name: str, value: str) -> None:
        if self._store.value(name) != value:
            self._store.setValue(name, value)
            self.changed.emit(name)
