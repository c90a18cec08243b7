"""The Help tab: a component's Markdown, shown without loading anything and without following links by itself."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from editor.panels.forms.field_spec import fields_of
from editor.theme import GAP_L, GAP_S, SPACE, Theme, color, ui_font
from node_engine.models.description import ComponentDescription

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]()#+-.!|<>~"})


class HelpPage(QTextBrowser):
    """Signals: `link_wanted` with the address of a link that was pressed; nothing is opened here."""

    link_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._description: ComponentDescription | None = None
        self.setProperty("flat", True)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(self.tr("Help"))
        self.document().setDefaultFont(ui_font())
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show links in the accent of another theme."""
        self.document().setDefaultStyleSheet(f"a {{ color: {color(theme.accent).name()}; }}")
        self.show_description(self._description)

    def show_description(self, description: ComponentDescription | None) -> None:
        """Show the help of a component class."""
        self._description = description
        document = self.document()
        document.setMarkdown(_markdown(description), _FEATURES)
        document.setIndentWidth(GAP_L)
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            form = block.blockFormat()
            form.setBottomMargin(SPACE if block.textList() else GAP_S)
            form.setTopMargin(GAP_S if form.headingLevel() else 0)
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            self.link_wanted.emit(url.toString())


_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


def _markdown(description: ComponentDescription | None) -> str:
    if description is None:
        return "This component is not known here, so there is no help for it."
    parts = [description.help.strip() or _plain(description.description)]
    fields = [f"- **{_plain(spec.label)}**: {_plain(spec.help)}" for spec in fields_of(description) if spec.help]
    if fields and "- **" not in description.help:
        parts.append("### Fields\n\n" + "\n".join(fields))
    rows = (("Reads", description.reads), ("Writes", description.writes), ("Touches", sorted(description.touches)))
    labels = {f"{{{spec.name}}}": f"the path in “{_plain(spec.label)}”" for spec in fields_of(description)}
    facts = [
        f"{name} " + ", ".join(labels.get(each, f"`{each}`") for each in values) for name, values in rows if values
    ]
    if facts:
        parts.append("\n\n".join(facts))
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return text.translate(_SPECIAL)
