"""What a program leaves behind that was killed with unsaved work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

from node_engine.models.json import JsonObject

_PROGRAM = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.document.files import load_flow
from editor.document.recovery import RecoveryFolder, RecoveryKeeper
app = QCoreApplication([])
loaded = load_flow(Path(sys.argv[2]) if len(sys.argv) > 2 else sys.stdin.buffer.read())
document = Document(loaded.source, loaded.layout, {}, loaded.path)
keeper = RecoveryKeeper(document, RecoveryFolder(Path(sys.argv[1])))
DocumentEditor(document).add_note(0, 0, "unsaved")
keeper.write()
os._exit(9)
"""


def leave_unsaved_work(state_dir: Path, flow: JsonObject, path: Path | None = None) -> None:
    """Have a program change a flow, which may be in a file, and die."""
    command = [sys.executable, "-c", _PROGRAM, str(state_dir), *([] if path is None else [str(path)])]
    subprocess.run(command, input=orjson.dumps(flow), check=False, timeout=60)


_RUNNING = """
import asyncio, sys
from pathlib import Path
from node_engine.components import BUILTINS
from node_engine.engine.engine import Engine
from node_engine.engine.settings import EngineSettings
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import Origin

async def main():
    settings = EngineSettings(registry_root=None, state_dir=Path(sys.argv[1]))
    async with Engine(settings, BUILTINS) as engine:
        run = engine.runtime.start(FlowDefinition.model_validate_json(sys.argv[2]), origin=Origin.EDITOR)
        while len(run.steps()) < 2:
            await asyncio.sleep(0.01)
        await engine.journal.flush()
        print("ready", flush=True)
        await run.wait()

asyncio.run(main())
"""


def killed_while_running(state_dir: Path, flow: JsonObject) -> None:
    """Run a flow whose second component waits, in a program that is killed then."""
    state_dir.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _RUNNING, str(state_dir), orjson.dumps(flow).decode()]
    program = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert program.stdout is not None
    assert program.stdout.readline() == b"ready\n"
    program.kill()
    program.communicate()
