"""The Timeline panel: the steps of the shown run as bars, by time or one as long as the other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from editor.panels.empty_state import EmptyState
from editor.panels.plain_text import PlainLabel, duration_words
from editor.panels.timeline_layout import Scale
from editor.panels.timeline_view import TimelineView
from editor.session.run_model import RunModel
from editor.theme import GAP, GAP_S, ICON_S, SPACE, STRIP, TARGET, Theme, icon

_ZOOM = 1.6


class TimelinePanel(QWidget):
    """Signals: `component_wanted` with the key of the component whose bar was opened."""

    component_wanted = Signal(str)

    def __init__(self, run_model: RunModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self.view = TimelineView(run_model, theme, self)
        self.by_time = self._switch(self.tr("Time"), self.tr("Lengths are times; long waits are cut short"))
        self.by_step = self._switch(self.tr("Steps"), self.tr("Every step is as long as the others"))
        self.summary = PlainLabel("", "caption", self)
        self.zoom_in = self._tool("zoom-in", self.tr("Zoom in (+)"))
        self.zoom_out = self._tool("zoom-out", self.tr("Zoom out (−)"))
        self.fit = self._tool("maximize", self.tr("Show all (0)"))
        self._empty = EmptyState("timer", theme, self)
        self._arrange()
        self.by_time.setChecked(True)
        self._group.buttonClicked.connect(self._on_scale)
        self.zoom_in.clicked.connect(self._on_zoom_in)
        self.zoom_out.clicked.connect(self._on_zoom_out)
        self.fit.clicked.connect(self.view.fit)
        self.view.component_wanted.connect(self.component_wanted)
        self.view.laid_out.connect(self._show_what_there_is)
        self.set_theme(theme)
        self._show_what_there_is()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.view.set_theme(theme)
        self._empty.set_theme(theme)
        for button in (self.zoom_in, self.zoom_out, self.fit):
            button.setIcon(icon(str(button.property("sign")), theme.secondary, ICON_S))

    def empty_text(self) -> str:
        """What is said instead of the timeline, empty while there is one."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _switch(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "tab")
        button.setCheckable(True)
        button.setToolTip(tip)
        return button

    def _tool(self, sign: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("sign", sign)
        button.setFixedSize(TARGET, TARGET)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _arrange(self) -> None:
        self._group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, 0, GAP_S, 0)
        head.setSpacing(SPACE)
        for button in (self.by_time, self.by_step):
            self._group.addButton(button)
            head.addWidget(button)
        head.addSpacing(GAP)
        head.addWidget(self.summary)
        head.addStretch(1)
        for tool in (self.zoom_out, self.zoom_in, self.fit):
            head.addWidget(tool)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        whole = QWidget(self)
        inner = QVBoxLayout(whole)
        inner.setContentsMargins(0, SPACE, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(top)
        inner.addWidget(self.view, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _show_what_there_is(self) -> None:
        run = self._run_model.shown
        self._stack.setCurrentIndex(1 if run is not None and run.steps else 0)
        if run is None:
            self._empty.say(self.tr("Run the flow to see when each of its steps ran, and for how long."), "")
            return
        if not run.steps:
            words = (
                self.tr("Run {0} has not begun its first step.") if run.is_live else self.tr("Run {0} has no steps.")
            )
            self._empty.say(words.format(run.number), "")
            return
        self.summary.setText(self._summary())

    def _summary(self) -> str:
        layout = self.view.layout_of_run
        count = len(layout.bars)
        parts = [self.tr("1 step") if count == 1 else self.tr("{0} steps").format(f"{count:,}")]
        run = self._run_model.shown
        if run is not None and run.elapsed_ms:
            parts.append(duration_words(run.elapsed_ms))
        waited_s = sum(gap.length_s for gap in layout.gaps)
        if waited_s:
            parts.append(self.tr("{0} waiting").format(duration_words(waited_s * 1_000)))
        retries = sum(bar.step.tries - 1 for bar in layout.bars)
        if retries:
            parts.append(self.tr("1 retry") if retries == 1 else self.tr("{0} retries").format(retries))
        return " · ".join(parts)

    def _on_scale(self) -> None:
        self.view.set_scale(Scale.TIME if self.by_time.isChecked() else Scale.STEPS)

    def _on_zoom_in(self) -> None:
        self.view.zoom_by(_ZOOM)

    def _on_zoom_out(self) -> None:
        self.view.zoom_by(1 / _ZOOM)
