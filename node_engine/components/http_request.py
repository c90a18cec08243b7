"""HttpRequest: call a web address and keep the answer."""

from __future__ import annotations

import asyncio
import os
import ssl
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.connections import leave_or_fail
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult, Touch
from node_engine.errors import ComponentError, NodeEngineError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import MIB
from node_engine.models.parse import dump_json, parse_json

if TYPE_CHECKING:
    import httpx

SECRET = "$env"
"""The only key of an object that stands for an environment variable, in a header."""
_MOST_REDIRECTS = 10


class HttpRequest(Component):
    """Sends one request; leaves by "ok" (below 400), "http_error" or "network_error"."""

    label = "HTTP request"
    description = "Call a web address and keep the answer."
    family = Family.FILES
    icon = "globe"
    synonyms = ("api", "rest", "get", "post", "fetch", "url", "web", "download", "json", "curl")
    summary = "{method} {url}"
    outputs = (
        Output("ok", unset="following"),
        Output("http_error", "HTTP error"),
        Output("network_error", "network error"),
    )
    writes = ("{target}",)
    touches = frozenset({Touch.NETWORK})
    sample = Sample(config={"url": "/samples/echo", "method": "POST", "body": {"hello": "world"}})
    help = """\
Sends one request and writes the answer to the context as `{"status", "headers", "body", "url"}`. A JSON answer is read;
other answers are text. Without an answer it is `{"status": null, "error"}`.

- **Method** and **URL**: `https://…` or `http://…`; a URL that begins with `/` means the local service of this program.
- **Query**: added to the URL. **Headers**: sent along; `{"$env": "API_KEY"}` sends the value of an environment
  variable, which appears in no log, event or context.
- **Body**: a text is sent as it is, anything else as JSON.
- **Seconds**: the longest time to wait. **Follow redirects**: go where the answer points to.
- **Target**: path in the context for the answer.

The flow goes on at **ok** for a status below 400, else at **HTTP error**, or at **network error** when there is no
answer. If nothing is connected at an error, the step fails, so that `retry` and `on_error` apply.
"""

    class Config(BaseModel):
        """What to send where, and where to put the answer."""

        model_config = ConfigDict(extra="forbid")

        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = Field(
            "GET", title="Method", description="The HTTP method.", json_schema_extra={"widget": "choice"}
        )
        url: str = Field(
            min_length=1,
            title="URL",
            description="Where to send it; a path like /samples/echo means the local service.",
            examples=["https://example.org/api/orders/{{number}}"],
            json_schema_extra={"widget": "text", "placeholder": "https://…"},
        )
        query: dict[str, Any] = Field(
            default_factory=dict,
            title="Query",
            description="Added to the URL.",
            json_schema_extra={"widget": "mapping", "values": "text"},
        )
        headers: dict[str, Any] = Field(
            default_factory=dict,
            title="Headers",
            description="Sent along.",
            examples=[{"Authorization": {"$env": "API_KEY"}}],
            json_schema_extra={"widget": "mapping", "values": "text"},
        )
        body: JsonValue = Field(
            None,
            title="Body",
            description="Text, or any value to be sent as JSON.",
            json_schema_extra={"widget": "json"},
        )
        seconds: float = Field(
            30.0, gt=0, le=3_600, title="Seconds", description="The longest time to wait for the answer."
        )
        follow_redirects: bool = Field(
            True,
            title="Follow redirects",
            description="Go where the answer points to.",
            json_schema_extra={"advanced": True},
        )
        target: str = Field(
            "response",
            min_length=1,
            title="Target",
            description="Path in the context for the answer.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Send the request and keep the answer."""
        httpx = await asyncio.to_thread(import_module, "httpx")  # 50 ms at the first request, not when starting
        config = self.config
        try:
            answer = await self._answer(httpx)
        except ComponentError as error:
            return self.exit_flow_with_error(str(error))
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            message = f"{config.method} {self._url()} got no answer: {_reason(error, config.seconds)}"
            paths.put(self.context, config.target, {"status": None, "error": message})
            self.log(message, level="warning")
            return leave_or_fail(self, "network_error", message)
        paths.put(self.context, config.target, answer)
        status = answer["status"]
        assert isinstance(status, int)  # made below
        if status < 400:
            return self.output("ok")
        message = f"{config.method} {self._url()} answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
        self.log(message, level="warning")
        return leave_or_fail(self, "http_error", message)

    def _url(self) -> str:
        url = self.config.url.strip()
        if not url.startswith("/"):
            return url
        return (self.services.base_url or "").rstrip("/") + url

    async def _answer(self, httpx: Any) -> JsonObject:
        config, url = self.config, self._url()
        if url.startswith("/"):
            raise ConnectionError("a URL that begins with / means the local service, which is switched off; start it")
        headers, has_secret = _headers(config.headers)
        body, kind = _body(config.body)
        if kind is not None and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = kind
        try:
            async with (
                asyncio.timeout(config.seconds),
                httpx.AsyncClient(
                    verify=await asyncio.to_thread(_certificates),
                    trust_env=not config.url.strip().startswith("/"),
                    timeout=config.seconds,
                    follow_redirects=config.follow_redirects and not has_secret,
                    max_redirects=_MOST_REDIRECTS,
                ) as client,
                client.stream(
                    config.method, url, params=config.query or None, headers=headers, content=body
                ) as response,
            ):
                return await self._kept(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeEncodeError) as error:
            raise ComponentError(
                f'"{url}" is no web address: {error}. It should begin with https:// or http://.'
            ) from error

    async def _kept(self, response: httpx.Response) -> JsonObject:
        limits = self.services.limits
        data = bytearray()
        async for part in response.aiter_bytes():
            data += part
            if len(data) > limits.value_bytes:
                most = limits.value_bytes // MIB
                raise ComponentError(f"The answer of {response.url} is larger than {most} MiB, the limit of a value.")
        return {
            "status": response.status_code,
            "headers": dict(response.headers.items()),
            "body": _content(bytes(data), response, limits.json_depth),
            "url": str(response.url),
        }


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """The trusted certificates, read once: reading takes 20 to 50 ms."""
    import certifi  # comes with httpx; loaded at the first request

    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())


def _headers(written: dict[str, Any]) -> tuple[dict[str, str], bool]:
    """Header texts, with values of the environment filled in, and whether there are any such."""
    headers: dict[str, str] = {}
    has_secret = False
    for name, value in written.items():
        if isinstance(value, dict) and set(value) == {SECRET}:
            has_secret = True
            variable = str(value[SECRET])
            if variable not in os.environ:
                raise ComponentError(
                    f'The header "{name}" needs the environment variable {variable}, which is not set. '
                    "Set it before the program starts."
                )
            value = os.environ[variable]
        text = str(value)
        if "\r" in text or "\n" in text:
            raise ComponentError(f'The header "{name}" cannot hold a line break.')
        headers[name] = text
    return headers, has_secret


def _body(value: JsonValue) -> tuple[bytes | None, str | None]:
    """The bytes to send and their content type."""
    if value is None or value == "":
        return None, None
    if isinstance(value, str):
        return value.encode(), "text/plain; charset=utf-8"
    return dump_json(value), "application/json"


def _content(data: bytes, response: httpx.Response, depth: int) -> JsonValue:
    if "json" in response.headers.get("content-type", ""):
        try:
            return parse_json(data, depth=depth)
        except NodeEngineError:
            pass  # it says it is JSON and is not: kept as text
    return data.decode(response.encoding or "utf-8", errors="replace")


def _reason(error: Exception, seconds: float) -> str:
    name = type(error).__name__
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return f"nothing came within {seconds:g} s"
    return str(error) or name
