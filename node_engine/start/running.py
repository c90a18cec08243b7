"""`node-engine run`: a flow file, run once in this process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from node_engine.components import BUILTINS, LOADERS
from node_engine.engine.config import put
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.errors import FlowFileError, NodeEngineError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.parse import JsonTextError, parse_flow, parse_json
from node_engine.models.run import Origin
from node_engine.start.live import show_steps
from node_engine.start.places import state_folder


def load_flow(path: Path) -> FlowDefinition:
    """Read a flow file.

    Raises:
        FlowFileError: it cannot be read or holds no flow; the message names the file.
    """
    try:
        if path.is_file() and path.stat().st_size > DEFAULT_LIMITS.flow_file_bytes:
            raise FlowFileError(f"{path}: larger than a flow file may be.")
        return parse_flow(path.read_bytes(), DEFAULT_LIMITS)
    except OSError as error:
        raise FlowFileError(f"{path}: {error.strerror}.") from error
    except NodeEngineError as error:
        lines = "\n".join(f"{path}: {line}" for line in str(error).split("\n"))
        raise FlowFileError(lines) from error


def with_input(flow: FlowDefinition, input_text: str | None, assignments: list[str]) -> FlowDefinition:
    """The flow with `--input` laid over its context and each `--set` written into it.

    Raises:
        NodeEngineError: one of them cannot be read.
    """
    context: JsonObject = dict(flow.context)
    if input_text is not None:
        given = _parse(sys.stdin.read() if input_text == "-" else input_text, "--input")
        if not isinstance(given, dict):
            raise NodeEngineError('--input must be a JSON object, for example {"name": "Zoë"}.')
        context.update(given)
    for assignment in assignments:
        path, sign, text = assignment.partition("=")
        if not sign or not path:
            raise NodeEngineError(f"--set {assignment}: write it as path=value, for example order.total=12.")
        put(context, path, read_value(text))
    return flow.model_copy(update={"context": context})


async def run_flow(flow: FlowDefinition, folder: Path, registry_root: Path | None, *, is_shown: bool) -> FlowDefinition:
    """Run the flow in an engine of its own; steps are printed as they end."""
    async with Engine(
        EngineSettings(registry_root=registry_root, state_dir=state_folder()), BUILTINS, LOADERS
    ) as engine:
        cursor = engine.runtime.events.cursor()
        run = engine.runtime.start(flow, origin=Origin.CLI, flow_folder=folder)
        async with asyncio.TaskGroup() as tasks:
            if is_shown:
                tasks.create_task(show_steps(cursor, run.id))
            return await run.wait()


def read_value(text: str) -> JsonValue:
    """JSON if it is JSON, else the text itself: what follows the sign in PATH=VALUE."""
    try:
        return parse_json(text.encode(), depth=DEFAULT_LIMITS.json_depth)
    except JsonTextError:
        return text


def _parse(text: str, option: str) -> JsonValue:
    try:
        return parse_json(text.encode(), depth=DEFAULT_LIMITS.json_depth)
    except JsonTextError as error:
        raise NodeEngineError(f"{option} is not JSON. {error}") from None
