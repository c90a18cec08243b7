"""The list of components that palette and quick-add share: grouped by family, or ranked while searching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem, QWidget

from editor.panels.plain_text import tooltip
from editor.panels.ranking import rank
from editor.panels.row_painting import RowDelegate, paint_item, paint_text, row_rect
from editor.theme import (
    CAPTION_TEXT,
    GAP,
    GAP_L,
    GAP_S,
    ICON,
    ROW,
    SEMIBOLD,
    SPACE,
    Theme,
    color,
    icon_pixmap,
    ui_font,
)
from node_engine.models.description import Catalog, ComponentDescription, Family

MIME_COMPONENT = "application/x-node-engine-component"
"""What a dragged component carries: its registry key in UTF-8."""
NAME_ROLE = Qt.ItemDataRole.UserRole + 1

Row = Family | ComponentDescription


@dataclass(frozen=True, slots=True)
class ListStyle:
    """How much a list of components says: labels alone, or what each component does beside its label."""

    with_descriptions: bool = False


class ComponentListModel(QAbstractListModel):
    """Rows are families (headers, not selectable) and components; while searching components only, best first."""

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._query = ""
        self._rows: Sequence[Row] = ()
        self._fill()

    @property
    def query(self) -> str:
        """The words searched for."""
        return self._query

    def set_catalog(self, catalog: Catalog) -> None:
        """Show the components of another catalog."""
        self._catalog = catalog
        self._refill()

    def search(self, query: str) -> None:
        """Show what matches `query`, or everything in groups for an empty one."""
        if query.strip() != self._query:
            self._query = query.strip()
            self._refill()

    def row_at(self, index: QModelIndex | QPersistentModelIndex) -> Row | None:
        """The family or component that a row stands for."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def component_rows(self) -> list[int]:
        """The rows that are components, in the order shown."""
        return [number for number, row in enumerate(self._rows) if isinstance(row, ComponentDescription)]

    def family_name(self, family: Family) -> str:
        """What people call a family."""
        return {
            Family.CONTROL: self.tr("Control"),
            Family.DATA: self.tr("Data"),
            Family.FILES: self.tr("Files and network"),
            Family.CODE: self.tr("Code"),
            Family.MODELS: self.tr("Models"),
            Family.PEOPLE: self.tr("People and events"),
        }[family]

    def _refill(self) -> None:
        self.beginResetModel()
        self._fill()
        self.endResetModel()

    def _fill(self) -> None:
        if self._query:
            self._rows = tuple(rank(self._catalog.values(), self._query))
            return
        groups: dict[Family, list[ComponentDescription]] = {family: [] for family in Family}
        for description in sorted(self._catalog.values(), key=lambda one: one.label.lower()):
            groups[description.family].append(description)
        rows: list[Row] = []
        for family, members in groups.items():
            rows.extend((family, *members) if members else ())
        self._rows = rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if isinstance(row, Family):
            return self.family_name(row) if role == Qt.ItemDataRole.DisplayRole else None
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.label
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip("\n".join(filter(None, (row.description or row.label, row.problem))))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.label}, {self.family_name(row.family)}"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.problem or row.description
            case _:
                return row.name if role == NAME_ROLE else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not isinstance(self.row_at(index), ComponentDescription):
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return [MIME_COMPONENT]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        for index in indexes:
            name = index.data(NAME_ROLE)
            if name:
                carried.setData(MIME_COMPONENT, QByteArray(str(name).encode()))
                carried.setText(str(name))
        return carried


class ComponentDelegate(RowDelegate):
    """Paints a family as a dot and a caption, a component as its icon, its label and, if wanted, what it does."""

    def __init__(self, theme: Theme, style: ListStyle) -> None:
        super().__init__(theme)
        self._style = style

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        row = model.row_at(index) if isinstance(model, ComponentListModel) else None
        painter.save()
        if isinstance(row, Family):
            self._paint_family(painter, row_rect(option), str(index.data()), row)
        elif row is not None:
            paint_item(painter, option, self.theme)
            self._paint_component(painter, row_rect(option), row)
        painter.restore()

    def _paint_family(self, painter: QPainter, rect: QRect, name: str, family: Family) -> None:
        line = QRect(rect.left() + GAP_L, rect.bottom() - ROW, rect.width() - GAP_L, ROW)
        dot = QRectF(line.left(), line.center().y() - SPACE + 1, GAP_S, GAP_S)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self.theme.family[family]))
        painter.drawRoundedRect(dot, SPACE / 2, SPACE / 2)
        text = line.adjusted(GAP_L, 0, 0, 0)
        paint_text(painter, text, name, ui_font(CAPTION_TEXT, SEMIBOLD), self.theme.secondary)

    def _paint_component(self, painter: QPainter, rect: QRect, row: ComponentDescription) -> None:
        line = rect.adjusted(GAP_L, 0, -GAP, 0)
        colour = self.theme.faint if row.problem else self.theme.family[row.family]
        ratio = painter.device().devicePixelRatio()
        pixmap = icon_pixmap(row.icon, colour, ICON, ratio)
        painter.drawPixmap(line.left(), line.center().y() - ICON // 2 + 1, pixmap)
        text = line.adjusted(ICON + GAP_S + SPACE - 2, 0, 0, 0)
        font = ui_font()
        paint_text(painter, text, row.label, font, self.theme.secondary if row.problem else self.theme.text)
        note = row.problem or (row.description if self._style.with_descriptions else "")
        if note:
            self._paint_note(painter, text, row.label, note, bool(row.problem))

    def _paint_note(self, painter: QPainter, text: QRect, label: str, note: str, is_problem: bool) -> None:
        used = painter.fontMetrics().horizontalAdvance(label) + GAP_S
        rest = text.adjusted(used, 0, 0, 0)
        if rest.width() > ROW:
            tone = self.theme.paused if is_problem else self.theme.secondary
            paint_text(painter, rest, note, ui_font(CAPTION_TEXT), tone)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        model = index.model()
        is_family = isinstance(model, ComponentListModel) and isinstance(model.row_at(index), Family)
        return QSize(ROW, ROW + GAP_S if is_family and index.row() else ROW)


class ComponentListView(QListView):
    """The list itself. `activated_name` tells the registry key of a component chosen by Enter or a double click."""

    activated_name = Signal(str)

    def __init__(
        self, catalog: Catalog, theme: Theme, style: ListStyle | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.component_model = ComponentListModel(catalog, self)
        self._delegate = ComponentDelegate(theme, style or ListStyle())
        self._delegate.setParent(self)
        self.setModel(self.component_model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Components"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._on_activated)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._delegate.set_theme(theme)
        self.viewport().update()

    def search(self, query: str) -> None:
        """Show what matches `query` and make the best match current."""
        self.component_model.search(query)
        self.scrollToTop()
        if query.strip():
            self.move_current(0)

    def move_current(self, by: int) -> None:
        """Go `by` components down (or up), over headers; to the first when none is current."""
        rows = self.component_model.component_rows()
        if not rows:
            return
        current = self.currentIndex().row()
        place = rows.index(current) + by if current in rows else 0
        self.setCurrentIndex(self.component_model.index(rows[max(0, min(place, len(rows) - 1))], 0))

    def rows_height(self) -> int:
        """How high it would have to be to show all of its rows."""
        return sum(self.sizeHintForRow(row) for row in range(self.component_model.rowCount())) + 2 * self.frameWidth()

    def current_name(self) -> str | None:
        """The registry key of the current component."""
        name = self.currentIndex().data(NAME_ROLE)
        return str(name) if name else None

    def activate_current(self) -> None:
        """Choose the current component, as Enter does."""
        name = self.current_name()
        if name is not None:
            self.activated_name.emit(name)

    def _on_activated(self, index: QModelIndex) -> None:
        name = index.data(NAME_ROLE)
        if name:
            self.activated_name.emit(str(name))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        step = {QAbstractItemView.CursorAction.MoveUp: -1, QAbstractItemView.CursorAction.MoveDown: 1}.get(action)
        rows = self.component_model.component_rows()
        current = self.currentIndex().row()
        if step is None or current not in rows:
            return super().moveCursor(action, modifiers)
        place = max(0, min(rows.index(current) + step, len(rows) - 1))
        return self.component_model.index(rows[place], 0)
