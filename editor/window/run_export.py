"""Writes a whole run as JSON: its row, the flow as it was given, its steps with their changes."""

from __future__ import annotations

from pathlib import Path

import orjson
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.document.atomic import write_atomically
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.dialogs.question import answered


class RunExport(QObject):
    """`said(text)` comes with what was written."""

    said = Signal(str)

    def __init__(self, session: EngineSession, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._window = window

    def ask(self, run_id: str) -> None:
        """Ask for a file and write the run there."""
        self._jobs.start(f"export {run_id}", self._export(run_id))

    async def _export(self, run_id: str) -> None:
        story = await self._session.debugger.story(run_id)
        dialog = QFileDialog(self._window, self.tr("Export run"), str(Path.home()), "JSON (*.json)")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{story.summary.flow_key}-run-{story.summary.number}.json")
        chosen = await answered(dialog, lambda: dialog.selectedFiles() if dialog.result() else [])
        if not chosen:
            return
        flow = await self._session.flow_of(run_id)
        steps = [{**_plain(step), "id": str(step.id)} for step in story.steps]
        whole = {**_plain(story.summary), "flow": flow.model_dump(mode="json"), "steps": steps}
        write_atomically(Path(chosen[0]), orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        self.said.emit(self.tr("Wrote {name}").format(name=Path(chosen[0]).name))


def _plain(record: object) -> dict[str, object]:
    """A record as its fields; orjson writes what is in them."""
    fields: dict[str, object] = orjson.loads(orjson.dumps(record))
    return fields
