"""Which control a field gets."""

from __future__ import annotations

from collections.abc import Callable

from editor.panels.forms.choice_controls import BoolControl, ChoiceControl, KeyControl, Keys
from editor.panels.forms.code_control import CodeControl, JsonControl
from editor.panels.forms.control import Control
from editor.panels.forms.field_spec import FieldSpec, Widget
from editor.panels.forms.number_control import NumberControl
from editor.panels.forms.path_control import PathControl
from editor.panels.forms.row_controls import MOST_ROWS, ListControl, MappingControl
from editor.panels.forms.text_controls import TextControl
from editor.panels.forms.values import is_template, short_json
from editor.theme import Theme
from node_engine.models.json import JsonValue

TEXT_WIDGETS = frozenset(
    {
        Widget.TEXT,
        Widget.MULTILINE,
        Widget.TEMPLATE,
        Widget.EXPRESSION,
        Widget.CONTEXT,
        Widget.PATH,
        Widget.KEY,
    }
)
"""Fields that take {{…}} as they are; all others have a button that turns them into a text."""
_MULTILINE_LINES = 4
_TEMPLATE_LINES = 2
_ITEM_LENGTH = 80


_Maker = Callable[[FieldSpec, Theme, Keys], Control]
_MAKERS: dict[Widget, _Maker] = {
    Widget.TEXT: lambda spec, theme, keys: TextControl(theme),
    Widget.MULTILINE: lambda spec, theme, keys: TextControl(theme, lines=_MULTILINE_LINES),
    Widget.TEMPLATE: lambda spec, theme, keys: TextControl(theme, lines=_TEMPLATE_LINES, is_mono=True),
    Widget.EXPRESSION: lambda spec, theme, keys: TextControl(theme, is_mono=True),
    Widget.CONTEXT: lambda spec, theme, keys: TextControl(theme, is_mono=True),
    Widget.CODE: lambda spec, theme, keys: CodeControl(spec.language, theme),
    Widget.NUMBER: lambda spec, theme, keys: NumberControl(spec),
    Widget.INTEGER: lambda spec, theme, keys: NumberControl(spec),
    Widget.BOOL: lambda spec, theme, keys: BoolControl(spec.label),
    Widget.CHOICE: lambda spec, theme, keys: ChoiceControl(spec.choices),
    Widget.LIST: lambda spec, theme, keys: ListControl(theme, texts_only=spec.texts_only),
    Widget.MAPPING: lambda spec, theme, keys: MappingControl(theme, texts_only=spec.texts_only),
    Widget.KEY: lambda spec, theme, keys: KeyControl(keys, spec.placeholder),
    Widget.PATH: lambda spec, theme, keys: PathControl(theme),
    Widget.JSON: lambda spec, theme, keys: JsonControl(theme),
}
_TEXTS = TEXT_WIDGETS | {Widget.CODE}


def make_control(spec: FieldSpec, widget: Widget, theme: Theme, keys: Keys) -> Control:
    """Make a control of the kind `widget` for a field."""
    return _MAKERS[widget](spec, theme, keys)


def can_be_template(spec: FieldSpec) -> bool:
    """True for a field that needs a text field instead of its own to hold {{…}}."""
    return spec.widget not in TEXT_WIDGETS and spec.widget is not Widget.CODE


def needs_text(spec: FieldSpec, value: JsonValue) -> bool:
    """True when only a text field can show the value: a template in a field that is not a text."""
    return can_be_template(spec) and is_template(value)


def widget_for(spec: FieldSpec, value: JsonValue) -> Widget:
    """The kind of control that can show a value: the field's own, or JSON for a value of another kind."""
    return spec.widget if value is None or _fits(spec.widget, value) else Widget.JSON


def _fits(widget: Widget, value: JsonValue) -> bool:
    if widget in _TEXTS:
        return isinstance(value, str)
    match widget:
        case Widget.NUMBER | Widget.INTEGER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Widget.BOOL:
            return isinstance(value, bool)
        case Widget.LIST:
            return isinstance(value, list) and len(value) <= MOST_ROWS and not any(map(_is_long, value))
        case Widget.MAPPING:
            return isinstance(value, dict) and len(value) <= MOST_ROWS
        case _:
            return True


def _is_long(item: JsonValue) -> bool:
    """True for an item that does not fit on one line of a list."""
    return isinstance(item, list | dict) and len(short_json(item, _ITEM_LENGTH)) >= _ITEM_LENGTH
