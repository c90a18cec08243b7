"""The shell line that runs a flow over HTTP, as "Copy as curl" puts it on the clipboard."""

from __future__ import annotations

import shlex
from pathlib import Path
from urllib.parse import quote

import orjson

from node_engine.models.flow import FlowDefinition

_LONGEST_ARGUMENT = 100_000
"""Bytes; Linux takes 128 KiB in one argument, and more is handed in on standard input."""


def curl_line(flow: FlowDefinition, url: str, token: str | None, folder: Path | None = None) -> str:
    """A line for sh, bash and zsh that works as it stands.

    `token` adds the header that flows with effects need, and with it `folder` says where relative paths begin.
    """
    body = flow.model_dump(mode="json", exclude={"status"})
    if body.get("registry") is None:
        body.pop("registry", None)
    parts = ["curl", "-sS", "-H", "Content-Type: application/json"]
    if token:
        parts += ["-H", f"Authorization: Bearer {token}"]
    if token and folder is not None:
        parts += ["-H", f"X-Flow-Folder: {quote(str(folder))}"]
    text = orjson.dumps(body).decode()
    if len(text.encode()) > _LONGEST_ARGUMENT:
        line = " ".join(_quoted(part) for part in [*parts, "--data-binary", "@-", f"{url}/invoke"])
        return f"{line} <<'FLOW'\n{text}\nFLOW\n"
    return " ".join(_quoted(part) for part in [*parts, "--data-binary", text, f"{url}/invoke"])


def _quoted(part: str) -> str:
    """Quote for a POSIX shell. `@` at the start would make curl read a file, but JSON starts with a brace."""
    return shlex.quote(part)
