"""The settings: colours at once; port, service and folder of own components from the next start on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from editor import theme as look
from editor.window.settings import Settings

_THEMES = ("system", "light", "dark")


class SettingsDialog(QDialog):
    """Changes what `Settings` remembers; every change is kept at once."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(look.POPUP_WIDTH)
        self._settings = settings
        form = QFormLayout()
        form.setHorizontalSpacing(look.GAP_XL)
        form.setVerticalSpacing(look.GAP)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(self.tr("Colours"), self._themes())
        form.addRow(self.tr("Motion"), self._motion())
        form.addRow(self.tr("Service"), self._serving())
        form.addRow(self.tr("Port"), self._ports())
        form.addRow(self.tr("Own components"), self._roots())
        self._note = QLabel(self.tr("Service, port and folder count from the next start of the program on."), self)
        self._note.setProperty("role", "secondary")
        self._note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP_L)
        title = QLabel(self.tr("Settings"), self)
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addLayout(form)
        column.addWidget(self._note)
        column.addLayout(self._buttons())

    def _themes(self) -> QComboBox:
        self.theme_field = QComboBox(self)
        self.theme_field.addItems([self.tr("As the system"), self.tr("Light"), self.tr("Dark")])
        self.theme_field.setCurrentIndex(_THEMES.index(self._settings.theme))
        self.theme_field.currentIndexChanged.connect(self._on_theme)
        return self.theme_field

    def _motion(self) -> QCheckBox:
        field = QCheckBox(self.tr("Move at once, without gliding"), self)
        field.setChecked(self._settings.has_reduced_motion)
        field.toggled.connect(self._on_motion)
        return field

    def _serving(self) -> QCheckBox:
        self.serve_field = QCheckBox(self.tr("Other programs on this computer may run flows over HTTP"), self)
        self.serve_field.setChecked(self._settings.is_serving)
        self.serve_field.toggled.connect(self._on_serve)
        return self.serve_field

    def _ports(self) -> QSpinBox:
        self.port_field = QSpinBox(self)
        self.port_field.setRange(0, 65_535)
        self.port_field.setValue(self._settings.port)
        self.port_field.setToolTip(self.tr("If it is taken, the next free port is used. 0 takes any free one."))
        self.port_field.valueChanged.connect(self._on_port)
        return self.port_field

    def _roots(self) -> QWidget:
        row = QWidget(self)
        self.root_field = QLineEdit(str(self._settings.registry_root or ""), row)
        self.root_field.setPlaceholderText(self.tr("Folder with registry.json or components/*.py"))
        self.root_field.editingFinished.connect(self._on_root)
        browse = QPushButton(self.tr("Choose…"), row)
        browse.clicked.connect(self._on_browse)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.GAP_S)
        layout.addWidget(self.root_field, 1)
        layout.addWidget(browse)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch()
        done = QPushButton(self.tr("Close"), self)
        done.setProperty("kind", "primary")
        done.setDefault(True)
        done.clicked.connect(self.accept)
        row.addWidget(done)
        return row

    def _on_theme(self, index: int) -> None:
        self._settings.theme = _THEMES[index]

    def _on_motion(self, is_reduced: bool) -> None:
        self._settings.has_reduced_motion = is_reduced

    def _on_serve(self, serve: bool) -> None:
        self._settings.is_serving = serve

    def _on_port(self, port: int) -> None:
        self._settings.port = port

    def _on_root(self) -> None:
        text = self.root_field.text().strip()
        folder = Path(text).expanduser() if text else None
        is_folder = folder is None or folder.is_dir()
        self.root_field.setProperty("invalid", not is_folder)
        self.root_field.style().polish(self.root_field)
        if is_folder:
            self._settings.registry_root = folder
        else:
            self._note.setText(
                self.tr('There is no folder "{folder}". The setting was kept as it was.').format(folder=folder)
            )

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of own components"), self.root_field.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._on_folder)
        dialog.open()

    def _on_folder(self, folder: str) -> None:
        self.root_field.setText(folder)
        self._on_root()
