"""StoreContent of the documented system: keep a value for later runs of the session."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue


class StoreContent(Component):
    """Stores context[source] under a key of the session."""

    label = "Store content"
    description = "Keep a value of the context for later runs of the same session."
    family = Family.FILES
    icon = "database"
    synonyms = ("save", "persist", "memory", "write", "remember")
    summary = "{source}"
    reads = ("{source}",)
    sample = Sample(context={"note": "buy milk"}, config={"source": "note", "key": "notes", "overwrite": True})
    help = """\
Keeps a value of the context in the storage of the session, where *Retrieve content* finds it in later runs.

- **Source**: context name of the value.
- **Key**: the name to keep it under; the same as *Source* if empty.
- **Overwrite**: replace what is stored. Otherwise the value is appended to the stored list.
- **Raw**: keep the value exactly as it is, instead of as a list.

Example: `{"source": "messages", "overwrite": true}`
"""

    class Config(BaseModel):
        """What to keep, and how."""

        model_config = ConfigDict(extra="ignore")

        source: str | None = Field(
            None, title="Source", description="Context name of the value.", json_schema_extra={"widget": "context"}
        )
        key: str | None = Field(None, title="Key", description="Name to keep it under; by default that of the source.")
        overwrite: bool | None = Field(False, title="Overwrite", description="Replace what is stored.")
        raw: bool | None = Field(False, title="Raw", description="Keep the value as it is, not as a list.")

    config: Config

    async def execute(self) -> StepResult:
        """Write the value to the session's storage."""
        source = self.config.source
        if not source:
            return self.exit_flow_with_error("No source provided in context")
        key, storage = self.config.key or source, self.services.storage
        value = self.context.get(source, [])
        if self.config.raw:
            await storage.put(self.session_id, key, value)
        elif self.config.overwrite:
            await storage.put(self.session_id, key, _as_list(value))
        else:
            await storage.update(self.session_id, key, lambda stored: _stored_list(stored) + _as_list(value))
        self.log(f"Stored {source!r} as {key!r}")
        return self.continue_flow()


def _as_list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _stored_list(stored: JsonValue) -> list[JsonValue]:
    """What is stored, to be added to: nothing or false-like is empty, a raw value is one item."""
    return _as_list(stored) if stored else []
