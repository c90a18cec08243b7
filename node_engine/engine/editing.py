"""Edits of a context that the engine makes itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from node_engine.models.json import JsonObject


def taking_back(
    changes: Iterable[JsonObject], before: JsonObject, now: JsonObject, kept: Collection[str]
) -> list[JsonObject]:
    """JSON Patch operations that put back the top-level keys that a step changed, except those in `kept`.

    `kept` holds names as JSON Pointers write them.
    """
    names = dict.fromkeys(str(change["path"]).split("/")[1] for change in changes)
    patch: list[JsonObject] = []
    for name in names:
        key = name.replace("~1", "/").replace("~0", "~")
        if name in kept:
            continue
        if key in before:
            patch.append({"op": "add", "path": f"/{name}", "value": before[key]})
        elif key in now:
            patch.append({"op": "remove", "path": f"/{name}"})
    return patch
