"""The canvas as a widget: level of detail, map, tooltips, themes, screen readers, and text that is never code."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from pytestqt.qtbot import QtBot

from editor import theme
from editor.canvas.canvas_view import CanvasView
from editor.canvas.geometry import Point
from editor.canvas.hits import HitKind, find_hit
from editor.canvas.looks import fill_summary
from editor.canvas.tooltips import tooltip_for
from tests.editor.canvas.canvas_documents import chain, component, document, fork
from tests.editor.canvas.conftest import OpenCanvas
from tests.editor.canvas.hand import Hand


def tooltip(view: CanvasView, x: float, y: float) -> str:
    hit = find_hit(view.scene, view.document.layout, view.camera, Point(x, y))
    return tooltip_for(view.scene, view.document.layout, hit)


def on_screen(view: CanvasView) -> QImage:
    """What is really shown; `grab` would paint everything anew."""
    return view.screen().grabWindow(view.winId()).toImage()


def colors_in(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


def test_a_tooltip_shows_what_is_cut_as_plain_text(open_canvas: OpenCanvas) -> None:
    key = "<img src=file:///etc/passwd> and a very long key"
    view = open_canvas(document([component(key, note="<b>note</b>")], {key: (40, 100)}))

    text = tooltip(view, 140, 126)

    assert "&lt;img src=file:///etc/passwd&gt; and a very long key" in text
    assert "&lt;b&gt;note&lt;/b&gt;" in text
    assert "<img" not in text


def test_there_is_no_tooltip_where_everything_is_seen(open_canvas: OpenCanvas) -> None:
    view = open_canvas(document([component("a", config={"what": "x"})], {"a": (40, 100)}))

    assert tooltip(view, 140, 126) == ""
    assert tooltip(view, 700, 500) == ""


def test_a_tooltip_tells_problems(open_canvas: OpenCanvas) -> None:
    view = open_canvas(document([component("a", "Missing")], {"a": (40, 100)}))
    view.scene.set_problems(view.document.problems())

    assert "Missing" in tooltip(view, 140, 126)


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ((140, 126), HitKind.NODE),
        ((40, 126), HitKind.IN_PORT),
        ((246, 187), HitKind.OUT_PORT),
        ((26, 126), HitKind.GUTTER),
        ((323, 127), HitKind.WIRE),
        ((300, 500), HitKind.EMPTY),
    ],
)
def test_what_lies_under_the_pointer_is_found(open_canvas: OpenCanvas, at: tuple[float, float], kind: HitKind) -> None:
    view = open_canvas(fork())

    assert find_hit(view.scene, view.document.layout, view.camera, Point(*at)).kind is kind


def test_from_far_only_components_answer(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    view.zoom_to(0.1)

    hits = [find_hit(view.scene, view.document.layout, view.camera, Point(*at)).kind for at in ((140, 126), (246, 187))]

    assert hits == [HitKind.NODE, HitKind.NODE]


@pytest.mark.parametrize("zoom", [0.05, 0.25, 0.45, 0.7, 1.0, 3.0])
def test_every_level_of_detail_shows_the_components(open_canvas: OpenCanvas, zoom: float) -> None:
    view = open_canvas(fork())
    view.zoom_to(zoom)
    view.look_at(Point(300, 170))

    shown = colors_in(view.grab().toImage())

    assert len(shown) > 1


def test_the_other_theme_repaints_everything(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    view.set_theme(theme.LIGHT)
    image = view.grab().toImage()

    assert QColor(image.pixel(image.width() - 3, image.height() - 3)).name() == theme.LIGHT.canvas
    assert theme.LIGHT.node in colors_in(image)
    assert theme.DARK.canvas not in colors_in(image)


def test_a_pan_leaves_the_same_picture_as_a_full_repaint(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.editor.move({"c": (2_000, 900)})
    view.minimap.refresh()
    assert view.minimap.isVisible()

    for _ in range(12):
        view.pan(-7, -5)
        qtbot.wait(1)
    panned = on_screen(view)
    view.update()
    qtbot.wait(1)

    assert panned == on_screen(view)


def test_the_map_shows_only_while_something_is_out_of_view(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.minimap.refresh()
    assert not view.minimap.isVisible()

    view.editor.move({"c": (4_000, 300)})
    view.minimap.refresh()
    assert view.minimap.isVisible()

    view.fit()
    assert not view.minimap.isVisible()


def test_the_map_can_be_switched_off(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.editor.move({"c": (4_000, 300)})
    view.minimap.refresh()

    Hand(view).key(Qt.Key.Key_M)

    assert not view.minimap.isVisible()


def test_a_press_on_the_map_brings_that_part_into_view(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.editor.move({"c": (4_000, 100)})
    view.minimap.refresh()

    right_end = view.minimap.rect().center()
    right_end.setX(view.minimap.width() - 10)
    qtbot.mouseClick(view.minimap, Qt.MouseButton.LeftButton, pos=right_end)

    assert view.camera.view.meets(view.scene.rects[view.document.keys()[2]])


def test_a_screen_reader_finds_one_child_per_component(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["b"])
    view.set_breakpoints(["b"])

    canvas = QAccessible.queryAccessibleInterface(view)
    assert canvas is not None
    names = [canvas.child(index).text(QAccessible.Text.Name) for index in range(canvas.childCount())]
    second = canvas.child(1)

    assert names == ["a, Step", "b, Step", "c, Step"]
    assert second.state().selected
    assert "has a breakpoint" in second.text(QAccessible.Text.Description)
    assert "leads to c" in second.text(QAccessible.Text.Description)
    assert second.rect().topLeft() == view.mapToGlobal(view.to_widget(QPointF(340, 100)).toPoint())


def test_a_renamed_component_stays_selected(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["b"])

    view.editor.rename("b", "middle")

    assert view.selection() == ["middle"]
    assert view.current == "middle"


def test_a_removed_component_is_not_selected_any_more(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.select(["b"])

    with qtbot.waitSignal(view.selection_changed):
        view.editor.remove(["b"])

    assert view.selection() == []


def test_a_flow_is_fitted_when_it_is_first_shown(qtbot: QtBot) -> None:
    from editor.document.editing import DocumentEditor

    theme.load_fonts()
    doc = document([component("a"), component("b")], {"a": (5_000, 5_000), "b": (9_000, 7_000)})
    view = CanvasView(doc, DocumentEditor(doc), theme.DARK)
    doc.setParent(view)
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.show()

    assert view.camera.view.meets(view.scene.rects[doc.keys()[0]])
    assert view.camera.view.meets(view.scene.rects[doc.keys()[1]])


def test_an_empty_flow_can_be_shown(open_canvas: OpenCanvas) -> None:
    view = open_canvas(document([], {}))

    view.fit()
    Hand(view).key(Qt.Key.Key_Right)

    assert view.selection() == []


def test_fit_is_animated_and_ends_where_it_should(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.editor.move({"c": (4_000, 300)})
    view.set_reduced_motion(False)

    view.fit()
    assert view.zoom == 1.0
    qtbot.waitUntil(lambda: view.zoom < 0.3)
    view.finish_motion()

    assert view.zoom < 0.3
    assert not view.minimap.isVisible()


@pytest.mark.parametrize(
    ("template", "config", "words"),
    [
        ("{a}", {"a": "x"}, "x"),
        ("{method} {url}", {"method": "GET", "url": "http://h/p"}, "GET http://h/p"),
        ("{a.b}", {"a": {"b": 2.5}}, "2.5"),
        ("{rows}", {"rows": [1, 2, 3]}, "3 items"),
        ("{on}", {"on": True}, "yes"),
        ("{missing}", {}, ""),
        ("{a}", {"a": "two\nlines"}, "two lines"),
        ("→ {a}", {"a": "{b}", "b": "no"}, "→ {b}"),
    ],
)
def test_the_second_line_is_made_from_the_config(template: str, config: dict[str, object], words: str) -> None:
    assert fill_summary(template, config, {}) == words  # type: ignore[arg-type]
