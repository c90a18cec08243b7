"""RetrieveContent of the documented system: read what an earlier run of the session stored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue


class RetrieveContent(Component):
    """Reads a key of the session's storage into the context."""

    label = "Retrieve content"
    description = "Read what an earlier run of the same session stored."
    family = Family.FILES
    icon = "database"
    synonyms = ("load", "read", "memory", "recall", "storage")
    summary = "{key}"
    writes = ("{target|key}",)
    repeatable = True
    sample = Sample(config={"key": "nothing stored yet", "target": "notes"}, expected={"notes": []})
    help = """\
Reads what *Store content* kept for this session. Nothing stored gives an empty list.

- **Key**: the name it was kept under.
- **Target**: context name to put it in; the same as *Key* if empty.
- **Overwrite**: replace what the context holds there. Otherwise the stored items are appended to it.

Example: `{"key": "messages", "overwrite": true}`
"""

    class Config(BaseModel):
        """What to read, and where to put it."""

        model_config = ConfigDict(extra="ignore")

        key: str | None = Field(None, title="Key", description="Name it was kept under.")
        target: str | None = Field(
            None,
            title="Target",
            description="Context name to put it in; by default the key.",
            json_schema_extra={"widget": "context"},
        )
        overwrite: bool | None = Field(False, title="Overwrite", description="Replace what the context holds there.")

    config: Config

    async def execute(self) -> StepResult:
        """Read from the session's storage into the context."""
        key = self.config.key
        if not key:
            return self.exit_flow_with_error("No key provided in context, exiting")
        stored = await self.services.storage.get(self.session_id, key)
        target = self.config.target or key
        if self.config.overwrite or target not in self.context:
            self.context[target] = [] if stored is None else stored
        else:
            self.context[target] = _as_items(self.context.get(target)) + _as_items(stored)
        self.log(f"Retrieved {key!r} into {target!r}")
        return self.continue_flow()


def _as_items(value: JsonValue) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
