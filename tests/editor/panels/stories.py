"""Runs to show, told to a real run model event by event as the engine does."""

from __future__ import annotations

from typing import Any

from editor.session.run_model import RunModel
from node_engine.models.event import Event
from node_engine.models.ids import RunId, SessionId

RUN = "0123456789ab"


class Story:
    """Feeds a run model; `frame` is the frame of the steps that follow."""

    def __init__(self, model: RunModel, run_id: str = RUN, number: int = 41, origin: str = "http") -> None:
        self.model = model
        self.run_id = run_id
        self.number = number
        self.origin = origin
        self.frame = "main"
        self.steps = 0
        self.time_s = 1_700_000_000.0

    def event(self, event_name: str, /, **data: Any) -> Story:
        """Any event of the run; the run model is not flushed."""
        whole = {"run_id": self.run_id, "flow_key": "draft", "origin": self.origin, "frame": self.frame, **data}
        self.time_s += 0.01
        number = self.model.event_count + 1
        self.model.feed([Event(number, SessionId("s1"), event_name, whole, self.time_s, run_id=RunId(self.run_id))])
        return self

    def begins(self) -> Story:
        """The run starts."""
        return self.event("run.started", number=self.number)

    def step(self, key: str, name: str, *changes: dict[str, Any], visit: int = 1, **end: Any) -> Story:
        """A step that is over: `changes` are JSON Patch operations, `end` is next, port, elapsed_ms, state, tries."""
        self.opens(key, name, visit=visit)
        data = {"next": "", "elapsed_ms": 2.0, **end, "changes": list(changes)}
        return self.event("step.finished", step=self.steps, key=key, name=name, visit=visit, **data)

    def opens(self, key: str, name: str, visit: int = 1) -> Story:
        """A step that runs."""
        self.steps += 1
        return self.event("step.started", step=self.steps, key=key, name=name, visit=visit)

    def fails(self, key: str, name: str, error: str, **end: Any) -> Story:
        """A step that failed."""
        self.opens(key, name)
        data = {"elapsed_ms": 30.0, **end, "error": error}
        return self.event("step.failed", step=self.steps, key=key, name=name, visit=1, **data)

    def pauses(self, key: str, visit: int = 1, reason: str = "breakpoint") -> Story:
        """The run stands before a component."""
        return self.event("run.paused", key=key, visit=visit, reason=reason)

    def told(self) -> RunModel:
        """Tell the views; answers with the run model."""
        self.model.flush()
        return self.model


def add(path: str, value: Any) -> dict[str, Any]:
    """A JSON Patch operation that adds."""
    return {"op": "add", "path": path, "value": value}


def put(path: str, value: Any) -> dict[str, Any]:
    """A JSON Patch operation that replaces."""
    return {"op": "replace", "path": path, "value": value}


def gone(path: str) -> dict[str, Any]:
    """A JSON Patch operation that removes."""
    return {"op": "remove", "path": path}


def improving(model: RunModel, **about: Any) -> Story:
    """The run of look/dark.png: a draft is criticised and improved; the run stands before the second criticism."""
    story = Story(model, **about).begins()
    story.step(
        "load_brief", "ReadFile", add("/brief", "Four points: price, dates, …" * 8), next="draft", elapsed_ms=2.0
    )
    story.step("draft", "Chat", add("/text", "The new workshop opens in May"), add("/usage", {"in": 12, "out": 88}))
    story.event("step.finished", step=2, key="draft", name="Chat", next="criticise", elapsed_ms=412.0, changes=[
        add("/text", "The new workshop opens in May, and every one of you is welcome to visit it."),
        add("/usage", {"in": 12, "out": 88}),
    ])  # fmt: skip
    story.step("criticise", "Chat", add("/score", 0.5), add("/missing", ["dates", "contact"]), add("/round", 1),
               next="good_enough", elapsed_ms=365.0)  # fmt: skip
    story.step("good_enough", "If", next="improve", port="false", elapsed_ms=0.1)
    story.step("improve", "Chat", put("/text", "The new workshop opens in May. Prices start at 40."), put("/round", 2),
               next="criticise", elapsed_ms=381.0)  # fmt: skip
    return story.pauses("criticise", visit=2)
