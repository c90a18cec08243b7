"""The table that steps, log, events, runs, problems and outline share: rows of one height, whole rows selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from editor.panels.row_painting import RowDelegate
from editor.theme import ROW, SPACE, Theme

STRETCH = 0
"""As the width of a column: it takes the room that is left."""
_AT_END = ROW
_WIDEST = 1.6
_FIXED_SHARE = 0.7
_SPLIT = Qt.CursorShape.SplitHCursor


class Table(QTableView):
    """A table without grid and row numbers; one that `follows` shows new rows while its last row is in sight.

    Signals:
        row_chosen: the person went to this row by mouse or keys.
    """

    row_chosen = Signal(int)

    def __init__(
        self,
        model: QAbstractItemModel,
        delegate: RowDelegate,
        widths: Sequence[int],
        name: str,
        parent: QWidget | None = None,
        *,
        follows: bool = False,
        grows: bool = False,
    ) -> None:
        super().__init__(parent)
        self._follows = follows
        self._grows = grows
        self._is_at_end = True
        self._most = 0
        """The end of the scroll bar before its range became another."""
        self._is_quiet = False
        self._widths = tuple(widths)
        self._are_widths_chosen = False
        self._delegate = delegate
        delegate.setParent(self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(name)
        self._set_manners()
        self._set_header()
        model.modelReset.connect(self._on_model_reset)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.clicked.connect(self._on_clicked)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._delegate.set_theme(theme)
        self.viewport().update()

    def is_at_end(self) -> bool:
        """True while the last row is in sight, so that new rows are followed."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _AT_END

    def select_row(self, row: int, *, scrolls: bool = True) -> None:
        """Make a row the current one, or none for -1; tells nothing."""
        self._is_quiet = True
        self.setAutoScroll(False)
        if row < 0 and (self.currentIndex().isValid() or self.selectionModel().hasSelection()):
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        elif row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self.model().index(row, 0))
            self.selectRow(row)
        self.setAutoScroll(True)
        self._is_quiet = False
        if row >= 0 and scrolls:
            self.scrollTo(self.model().index(row, 0))

    def _set_manners(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(ROW + SPACE)
        header.setFixedHeight(ROW)
        header.sectionHandleDoubleClicked.connect(self._on_width_chosen)
        header.viewport().installEventFilter(self)
        for column, width in enumerate(self._widths):
            if width == STRETCH:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._share_width()

    def _share_width(self) -> None:
        """Give each column its width, more in a wide table that `grows`, until the person chose widths."""
        if self._are_widths_chosen:
            return
        fixed = sum(self._widths)
        factor = max(1.0, min(_WIDEST, self.viewport().width() * _FIXED_SHARE / fixed)) if self._grows else 1.0
        for column, width in enumerate(self._widths):
            if width != STRETCH:
                self.horizontalHeader().resizeSection(column, round(width * factor))

    def _on_width_chosen(self) -> None:
        self._are_widths_chosen = True

    def _on_model_reset(self) -> None:
        self._is_at_end, self._most = True, 0

    def _on_current_row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._is_quiet:
            self.row_chosen.emit(current.row())

    def _on_clicked(self, index: QModelIndex) -> None:
        self.row_chosen.emit(index.row())

    def _on_scrolled(self, _value: int) -> None:
        self._is_at_end = self.is_at_end()

    def _on_range_changed(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar()
        was_at_end = bar.value() >= self._most - _AT_END
        self._most = most
        if self._follows and self._is_at_end and was_at_end:
            bar.setValue(most)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self.horizontalHeader().cursor().shape() == _SPLIT:
            self._on_width_chosen()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def focusInEvent(self, event: QFocusEvent) -> None:
        had_current = self.currentIndex().isValid()
        place = self.verticalScrollBar().value()
        self._is_quiet = True
        super().focusInEvent(event)
        if not had_current:
            self.select_row(-1)
            self.verticalScrollBar().setValue(place)
        self._is_quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
