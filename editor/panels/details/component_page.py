"""The pages of one component: Config, Flow, Try it, JSON, Help; only the one in front is kept up to date."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QTabWidget, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.editing import UNSET, DocumentEditor
from editor.panels.details.flow_options import FlowOptions
from editor.panels.details.header import Header
from editor.panels.details.help_page import HelpPage
from editor.panels.details.json_page import JsonPage
from editor.panels.details.try_it import TryIt
from editor.panels.forms.form import ConfigForm
from editor.theme import GAP, GAP_L, Theme
from node_engine.errors import NodeEngineError
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonObject, JsonValue

_OPTIONS = ("next", "outputs", "on_error", "retry", "timeout_s", "enabled", "note")


class ComponentPage(QWidget):
    """A header over five tabs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._editor: DocumentEditor | None = None
        self._key = ""
        self.header = Header(theme, self)
        self.form = ConfigForm(theme, self._other_keys)
        self.options = FlowOptions(theme)
        self.try_it = TryIt(theme)
        self.json = JsonPage(theme, _problem_with)
        self.json.set_label(self.tr("The component as JSON"))
        self.help = HelpPage(theme)
        self.tabs = QTabWidget(self)
        self._arrange()
        self.form.set_hints(self._hints)
        self.header.renamed.connect(self._on_renamed)
        self.form.field_edited.connect(self._on_field_edited)
        self.form.field_reset.connect(self._on_field_reset)
        self.form.field_left.connect(self._on_field_left)
        self.json.applied.connect(self._on_json_applied)
        self.try_it.sample_config_wanted.connect(self._on_sample_config_wanted)
        self.tabs.currentChanged.connect(self._show_tab)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for page in (self.header, self.form, self.options, self.try_it, self.json, self.help):
            page.set_theme(theme)

    def show_component(self, document: Document, editor: DocumentEditor, key: str) -> None:
        """Show a component as it is now."""
        is_other = document is not self._document or key != self._key
        self._document, self._editor, self._key = document, editor, key
        component = document.component(key)
        if is_other:
            self.form.start_over()
            self.json.show_object(_shown(component), keeps_typing=False)
        self.header.show_component(key, component.name, document.description(key))
        self._show_tab()

    def focus_field(self, field: str) -> None:
        """Put the cursor into a field, named by its path in the component."""
        name = field.removeprefix("config.").replace("[", ".").split(".")[0]
        if field.startswith("config") and self.form.focus_field(name):
            self.tabs.setCurrentIndex(0)
        elif field:
            self.tabs.setCurrentIndex(1)

    def _arrange(self) -> None:
        pages = (
            (self.form, self.tr("Config")),
            (self.options, self.tr("Flow")),
            (self.try_it, self.tr("Try it")),
            (self.json, self.tr("JSON")),
        )
        for page, name in pages:
            self.tabs.addTab(_padded(page), name)
        self.tabs.addTab(self.help, self.tr("Help"))
        top = QVBoxLayout()
        top.setContentsMargins(GAP_L, GAP, GAP_L, GAP)
        top.addWidget(self.header)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.tabs, 1)

    def _show_tab(self) -> None:
        document, editor, key = self._document, self._editor, self._key
        if document is None or editor is None or not document.has(key):
            return
        component, about = document.component(key), document.description(key)
        match self.tabs.currentIndex():
            case 0:
                self.form.show_config(component.name, component.config, about)
                self.form.refresh_keys()
            case 1:
                self.options.show_component(document, editor, key)
            case 2:
                self.try_it.show_component(document, key)
            case 3:
                self.json.show_object(_shown(component))
            case _:
                self.help.show_description(about)

    def _hints(self, _name: str, _config: JsonObject) -> list[tuple[str, str]]:
        """What the check of the whole flow says of this component's config."""
        problems = [] if self._document is None else self._document.problems()
        mine = (problem for problem in problems if problem.component_key == self._key and problem.field)
        return [
            (problem.field or "", problem.message) for problem in mine if (problem.field or "").startswith("config.")
        ]

    def _other_keys(self) -> list[str]:
        keys = [] if self._document is None else self._document.keys()
        return [key for key in keys if key != self._key]

    def _try(self, change: Callable[[], object]) -> bool:
        """Change the document; what it refuses is said in the header."""
        try:
            change()
        except NodeEngineError as error:
            self.header.show_error(str(error))
            return False
        self.header.show_error("")
        return True

    def _on_renamed(self, text: str) -> None:
        editor, key = self._editor, self._key
        if editor is not None:
            self._try(lambda: editor.rename(key, text))

    def _on_field_edited(self, name: str, value: JsonValue) -> None:
        editor, key = self._editor, self._key
        if editor is None:
            return
        if _is_plain(name):
            self._try(lambda: editor.set_field(key, f"config.{name}", value))
        else:
            config = {**editor.document.component(key).config, name: value}
            self._try(lambda: editor.set_config(key, config))

    def _on_field_reset(self, name: str) -> None:
        editor, key = self._editor, self._key
        if editor is None:
            return
        if _is_plain(name):
            self._try(lambda: editor.set_field(key, f"config.{name}", UNSET))
        else:
            config = {k: v for k, v in editor.document.component(key).config.items() if k != name}
            self._try(lambda: editor.set_config(key, config))

    def _on_field_left(self) -> None:
        if self._editor is not None:
            self._editor.finish_field()

    def _on_sample_config_wanted(self, config: JsonObject) -> None:
        editor, key = self._editor, self._key
        if editor is not None:
            self._try(lambda: editor.set_config(key, dict(config)))

    def _on_json_applied(self, shown: JsonObject) -> None:
        editor, document = self._editor, self._document
        if editor is None or document is None:
            return
        wanted, now = FlowComponent.model_validate(shown), document.component(self._key)
        document.undo_stack.beginMacro(self.tr("edit JSON of {0}").format(self._key))
        try:
            self._try(lambda: self._take_over(editor, now, wanted))
        finally:
            document.undo_stack.endMacro()

    def _take_over(self, editor: DocumentEditor, now: FlowComponent, wanted: FlowComponent) -> None:
        if wanted.key != now.key:
            editor.rename(now.key, wanted.key)
        if wanted.name != now.name:
            editor.change_component(wanted.key, wanted.name)
        if wanted.config != now.config:
            editor.set_config(wanted.key, wanted.config)
        options = {name: getattr(wanted, name) for name in _OPTIONS if getattr(wanted, name) != getattr(now, name)}
        if options:
            editor.set_options(wanted.key, **options)


def _shown(component: FlowComponent) -> JsonObject:
    shown: JsonObject = component.model_dump()
    return shown


def _problem_with(shown: JsonObject) -> str:
    """What keeps an object from being a component, in words."""
    try:
        FlowComponent.model_validate(shown)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"“{place}”: {first['msg']}."
    return ""


def _is_plain(name: str) -> bool:
    """True for a field that a dotted path can name."""
    return bool(name) and not set(name) & set(".[]")


def _padded(page: QWidget) -> QScrollArea:
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(GAP_L, GAP, GAP_L, GAP)
    column.addWidget(page)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area
