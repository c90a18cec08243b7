"""What can follow in an expression or a template, and what a value becomes at the known moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from editor.panels.forms.completing import Completing
from editor.panels.forms.completion import offers_in_expression, offers_in_template
from editor.panels.forms.field_row import FieldRow
from editor.panels.forms.field_spec import FieldSpec, Widget
from editor.panels.forms.preview import preview
from editor.panels.forms.text_edit import TextEdit
from editor.panels.known_context import KnownContext
from editor.session.run_model import RunModel
from editor.theme import DARK
from tests.editor.panels.stories import RUN, improving

CONTEXT: dict[str, Any] = {"score": 0.5, "order": {"total": 12, "to": {"name": "Ada"}}, "odd name": 1, "items": [1]}


def names(before: str) -> list[str]:
    return [one.name for one in offers_in_expression(before, CONTEXT, {"visit": "how often"}).items]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", ["score", "order", "items", "visit"]),
        ("sc", ["score"]),
        ("score < 1 and or", ["order", "score"]),
        ("order.", ["total", "to"]),
        ("order.to.n", ["name"]),
        ("ctx.order.tot", ["total"]),
        ("len(ite", ["items"]),
        ("vis", ["visit"]),
        ('status == "sc', []),
        ("items[0].", []),
        ("score", []),
        ("order.nothing.x", []),
    ],
)
def test_an_expression_offers_names_and_members(before: str, expected: list[str]) -> None:
    assert names(before) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Dear ", []),
        ("Dear {{", ["score", "order", "items"]),
        ("Dear {{order.to", ["to", "total"]),
        ("Dear {{ order.to.na", ["name"]),
        ("{{score}} and ", []),
    ],
)
def test_a_template_offers_paths_between_braces(before: str, expected: list[str]) -> None:
    assert [one.name for one in offers_in_template(before, CONTEXT).items] == expected


def test_an_offer_tells_the_value() -> None:
    offers = offers_in_expression("sc", CONTEXT, {})

    assert [one.detail for one in offers.items] == ["0.5"]
    assert offers.length == 2


@pytest.fixture
def edit(qtbot: QtBot) -> TextEdit:
    made = TextEdit(DARK)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitActive(made)
    made.setFocus()
    return made


def test_tab_takes_an_offer_and_escape_closes_them(edit: TextEdit, qtbot: QtBot) -> None:
    completing = Completing(edit, lambda before: offers_in_template(before, CONTEXT), DARK)

    qtbot.keyClicks(edit, "{{sc")
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "{{score"

    qtbot.keyClicks(edit, "}} {{o")
    assert completing.is_open()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not completing.is_open()


def test_control_and_space_offer_everything_and_a_click_takes_one(edit: TextEdit, qtbot: QtBot) -> None:
    completing = Completing(edit, lambda before: offers_in_expression(before, CONTEXT, {}), DARK)

    qtbot.keyClick(edit, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert completing.names() == ["score", "order", "items"]

    at = completing.list.visualRect(completing.list.model().index(1, 0)).center()
    qtbot.mouseClick(completing.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert edit.toPlainText() == "order"


@pytest.mark.parametrize(
    ("widget", "value", "expected"),
    [
        (Widget.TEXT, "plain", ""),
        (Widget.TEXT, "Dear {{order.to.name}}", "Dear Ada"),
        (Widget.TEXT, "{{order.to}}", "{1 key}"),
        (Widget.TEXT, "{{order.totl}} {{nobody}}", "✕ order.totl, nobody"),
        (Widget.EXPRESSION, "score > 0.4", "= true"),
        (Widget.EXPRESSION, "item > 0.4", ""),
        (Widget.CONTEXT, "order.total", "= 12"),
        (Widget.CONTEXT, "order.new", ""),
        (Widget.NUMBER, 3, ""),
    ],
)
def test_a_preview_says_what_a_value_becomes(widget: Widget, value: Any, expected: str) -> None:
    assert preview(widget, value, CONTEXT) == expected


def test_an_expression_that_fails_says_why() -> None:
    assert preview(Widget.EXPRESSION, "scor > 1", CONTEXT).startswith("✕ ")


async def test_a_field_shows_its_value_at_the_shown_step(qtbot: QtBot) -> None:
    async def state_at(_run_id: str, step: int, _frame: str | None = None, /) -> Any:
        return {"name": f"step {step}"}

    run_model = improving(RunModel()).told()
    run_model.show(RUN)
    row = FieldRow(FieldSpec("text", "Text", "", Widget.TEMPLATE), DARK, lambda: ())
    qtbot.addWidget(row)
    row.show()
    known = KnownContext(run_model, state_at, row)
    known.changed.connect(lambda: row.set_known(known))
    row.show_value("Dear {{name}}", is_set=True)
    row.set_known(known)
    for _ in range(10):
        await asyncio.sleep(0)

    assert row.preview.text() == "At step 5: Dear step 5"
    assert row.preview.isVisible()

    row.show_value("Dear all", is_set=True)
    assert not row.preview.isVisible()
