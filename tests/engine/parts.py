"""Small components that tests of the engine are built from."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from pydantic import BaseModel, ConfigDict

from node_engine import Component, Output
from node_engine.engine.component import StepResult


class Add(Component):
    """Adds `by` to context["n"] and its key to context["path"]."""

    class Config(BaseModel):
        model_config = ConfigDict(extra="forbid")
        by: int = 1

    async def execute(self) -> StepResult:
        self.context["n"] = self.context.get("n", 0) + self.config.by
        self.context.setdefault("path", []).append(self.key)
        return self.continue_flow()


class Jump(Component):
    """Goes to the key in its config."""

    async def execute(self) -> StepResult:
        self.context.setdefault("path", []).append(self.key)
        return self.continue_flow(self.config.get("to"))


class Leave(Component):
    """Leaves by the port in its config."""

    outputs = (
        Output("next"),
        Output("yes"),
        Output("no", config="outputs.no"),
        Output("must", unset="error"),
        Output("on", unset="following"),
        Output("case", each="cases"),
    )

    async def execute(self) -> StepResult:
        return self.output(self.config["port"])


class Boom(Component):
    """Raises."""

    async def execute(self) -> StepResult:
        self.context["before"] = True
        raise ValueError(self.config.get("message", "boom"))


class Raise(Component):
    """Raises what the test put into `error`."""

    error: BaseException = RuntimeError()

    async def execute(self) -> StepResult:
        raise self.error


class Report(Component):
    """Reports failure."""

    async def execute(self) -> StepResult:
        return self.exit_flow_with_error(self.config.get("message", "it did not work"))


class Flaky(Component):
    """Fails until it was called `fails` times; counts its calls outside of the context."""

    calls = 0

    async def execute(self) -> StepResult:
        type(self).calls += 1
        self.context["tried"] = self.context.get("tried", 0) + 1
        if type(self).calls <= self.config["fails"]:
            raise ValueError(f"call {type(self).calls}")
        return self.continue_flow()


class Write(Component):
    """Writes what the test put into `values` to the context."""

    values: dict[Any, Any] = {}

    async def execute(self) -> StepResult:
        self.context.update(self.values)
        return self.continue_flow()


class Answer(Component):
    """Answers with what the test put into `answer`."""

    answer: Any = None

    async def execute(self) -> Any:
        return self.answer


class Broken(Component):
    """Its constructor raises."""

    def __init__(self, *args: Any) -> None:
        raise OSError(2, "No such file or directory", "/secret/place/file.txt")

    async def execute(self) -> StepResult:
        return self.continue_flow()


class Gate(Component):
    """Says that it began and waits until the test lets go."""

    began = asyncio.Event()
    go = asyncio.Event()

    async def execute(self) -> StepResult:
        self.context["waiting"] = True
        self.began.set()
        await self.go.wait()
        return self.continue_flow()


class Deaf(Component):
    """Ignores cancellation until the test lets go."""

    go = asyncio.Event()

    async def execute(self) -> StepResult:
        while not self.go.is_set():
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.context["heard"] = True
        return self.continue_flow()


class Swallow(Component):
    """Takes a cancellation for an answer."""

    async def execute(self) -> StepResult:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.context["heard"] = True
        return self.continue_flow()


class Block(Component):
    """A plain `execute` that blocks its thread until the test lets go."""

    began = threading.Event()
    go = threading.Event()

    def execute(self) -> StepResult:
        self.began.set()
        self.go.wait(30)
        self.context["late"] = True
        return self.continue_flow()


class InThread(Component):
    """A plain `execute`: says which thread it runs in, and logs."""

    def execute(self) -> StepResult:
        self.context["thread"] = threading.current_thread().name
        self.log("from %s", "the thread")
        if self.config.get("message"):
            raise ValueError(self.config["message"])
        return self.continue_flow()


class Nest(Component):
    """Runs the flow in its config and takes over the child's context."""

    async def execute(self) -> StepResult:
        child = {"context": dict(self.context), **self.config["flow"]}
        result = await self.invoke(child)
        self.context.update(result.context)
        return self.continue_flow()


class NestBoth(Component):
    """Runs both flows in its config at the same time."""

    async def execute(self) -> StepResult:
        results = await asyncio.gather(*(self.invoke(flow) for flow in self.config["flows"]))
        self.context["paths"] = [result.context.get("path") for result in results]
        return self.continue_flow()


class Background(Component):
    """Starts the flow in its config as a run of its own."""

    async def execute(self) -> StepResult:
        self.context["background"] = await self.start_background(self.config["flow"])
        return self.continue_flow()


class Say(Component):
    """Logs and emits what its config says."""

    async def execute(self) -> StepResult:
        self.log(self.config.get("text", "said"), self.config.get("level", "info"))
        await self.emit(self.config.get("event", "said"), self.config.get("data", "hello"))
        return self.continue_flow()


class Keep(Component):
    """Keeps a list of the context and changes it after its step."""

    kept: list[Any] = []

    async def execute(self) -> StepResult:
        if self.config.get("later"):
            type(self).kept.append(1)
        else:
            type(self).kept = self.context.setdefault("items", [])
        return self.continue_flow()


class Show(Component):
    """Copies its config after templates into context["shown"]."""

    async def execute(self) -> StepResult:
        self.context["shown"] = dict(self.config.config)
        return self.continue_flow()


class Spin(Component):
    """Keeps the loop for `seconds`."""

    async def execute(self) -> StepResult:
        end_s = time.monotonic() + self.config["seconds"]
        while time.monotonic() < end_s:
            pass
        return self.continue_flow()


PARTS: dict[str, type[Component]] = {
    part.__name__: part
    for part in (
        Add,
        Answer,
        Background,
        Block,
        Boom,
        Broken,
        Deaf,
        Flaky,
        Gate,
        InThread,
        Jump,
        Keep,
        Leave,
        Nest,
        NestBoth,
        Raise,
        Report,
        Say,
        Show,
        Spin,
        Swallow,
        Write,
    )
}
