"""Editing a flow of 10,000 components: each edit within one frame, opening and saving within a second."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from editor.document import Document, DocumentEditor
from editor.document.autolayout import arrange
from editor.document.files import load_flow, save
from node_engine.models.description import Catalog, ComponentDescription, Output
from node_engine.models.flow import FlowComponent, FlowDefinition

Row = tuple[str, str, str, bool]
_COUNT = 10_000
_ADDED = 80
"""By the edits."""
_FRAME_MS = 16.0
_CATALOG: Catalog = {
    "Step": ComponentDescription("Step", "Step", ""),
    "If": ComponentDescription("If", "If", "", outputs=(Output("true"), Output("false"))),
}


def run() -> list[Row]:
    """The figures, each beside its limit."""
    document = Document(_large_flow(), catalog=_CATALOG)
    editor = DocumentEditor(document)
    chance = random.Random(1)

    plain = [f"c{number}" for number in range(_COUNT - _ADDED) if number % 10 < 5]
    chance.shuffle(plain)

    def key() -> str:
        return plain.pop()

    rows = [
        _edit("add at the end", lambda: editor.add("Step", 0, 0)),
        _edit("insert on a wire", lambda: editor.add("If", 0, 0, on_wire=document.wires_of(document.keys()[5_000])[0])),
        _edit("delete one", lambda: editor.remove([key()])),
        _edit("connect", lambda: editor.connect(key(), "next", key())),
        _edit("rename", lambda: editor.rename(key(), f"new_{chance.random()}")),
        _edit("set a field", lambda: editor.set_field(key(), "config.n", chance.random())),
        _edit("drag 1,000", lambda: editor.move({k: (chance.random(), 1.0) for k in document.keys()[:1_000]}, 1)),
        _edit("undo", document.undo_stack.undo),
        _edit("all wires after an edit", lambda: (editor.set_enabled([key()], False), document.wires())),
    ]
    return [*rows, *_whole(document)]


def _whole(document: Document) -> list[Row]:
    keys, sizes = list(document.keys()), {key: document.size(key) for key in document.keys()}  # noqa: SIM118  # no dict
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.flow.json"
        saving_s = _time_s(lambda: save(document, path))
        loading_s = _time_s(lambda: load_flow(path))
        loaded = load_flow(path)
        opening_s = _time_s(lambda: Document(loaded.source, loaded.layout, _CATALOG, path))
        text_s = _time_s(document.text)
    layout_s = _time_s(lambda: arrange(keys, document.wires(), sizes))
    delete_s = _time_s(lambda: DocumentEditor(document).remove(keys[1_000:6_000]))
    return [
        _row("save", saving_s, 1.0),
        _row("load", loading_s, 0.5),
        _row("open as a document", opening_s, 0.3),
        _row("text again, nothing changed", text_s, 0.05),
        _row("automatic layout", layout_s, 1.0),
        _row("delete 5,000 at once", delete_s, 0.5),
    ]


def _edit(name: str, edit: Callable[[], object]) -> Row:
    times = [_time_s(edit) * 1_000 for _ in range(40)]
    p95 = quantiles(times, n=20)[-1]
    return (f"document of {_COUNT:,}: {name}, p95", f"{p95:.2f} ms", f"{_FRAME_MS:.0f} ms", p95 <= _FRAME_MS)


def _row(name: str, took_s: float, limit_s: float) -> Row:
    return (
        f"document of {_COUNT:,}: {name}",
        f"{took_s * 1_000:.0f} ms",
        f"{limit_s * 1_000:.0f} ms",
        took_s <= limit_s,
    )


def _time_s(action: Callable[[], object]) -> float:
    began_s = perf_counter()
    action()
    return perf_counter() - began_s


def _large_flow() -> FlowDefinition:
    def component(number: int) -> FlowComponent:
        if number % 10 == 5:
            outputs = {"true": f"c{number + 1}", "false": f"c{min(_COUNT - _ADDED - 1, number + 7)}"}
            return FlowComponent(key=f"c{number}", name="If", config={"condition": "n > 1"}, outputs=outputs)
        return FlowComponent(key=f"c{number}", name="Step", config={"text": f"step {number}", "n": number})

    return FlowDefinition(key="large", flow=[component(number) for number in range(_COUNT - _ADDED)])
