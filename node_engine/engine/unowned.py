"""What was changed in a context after the step that owned it (SPEED.md §2, the known gap of the recording dict)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node_engine.models.event import EventName
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.status import LogLevel

if TYPE_CHECKING:
    from node_engine.engine.run import Run


def report_unowned(run: Run) -> None:
    """Look at the whole context once at the end of a run; tell of what no step made."""
    main = run.main
    main.capture()  # what the engine wrote itself
    changes = main.capture_everything()
    if not changes:
        return
    run.history.edit(MAIN_FRAME, changes, main.mirror)
    paths = ", ".join(str(change["path"]) for change in changes[:5])
    text = f"The context was changed outside of any step, at {paths}: a component kept a value and changed it later."
    run.log.runtime(main, LogLevel.WARNING, text)
    run.append_changes(EventName.CONTEXT_EDITED, {"by": "unowned"}, main, changes)
