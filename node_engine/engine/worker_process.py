"""The program inside a worker process: reads calls, runs the user's code, answers in frames of JSON.

`engine.worker` starts this file as a plain script, so it uses the standard library only. A frame is its length in four
bytes, then JSON. While code runs, frames "log" and "event" may come; a call ends with "result" or "error".
"""

from __future__ import annotations

import asyncio
import json
import linecache
import math
import os
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from types import CodeType
from typing import Any, BinaryIO

SOURCE_NAME = "<code>"
_TRACE_NAME = "the code"
_DEPTH = 64
_LINES = 10_000
_LINE_CHARACTERS = 8_192
_OUTPUT_CHARACTERS = 1_048_576
_KEPT_BYTES = 512 * 1_048_576


class NotJsonValueError(Exception):
    """A value that JSON cannot hold; `path` is its JSON Pointer."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


class Frames:
    """Both directions of the conversation with the engine, on private copies of standard input and output."""

    def __init__(self) -> None:
        self._calls: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._answers: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        self._lock = threading.Lock()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)

    def read(self) -> dict[str, Any] | None:
        """The next call, or None when the engine has closed the pipe."""
        size = self._calls.read(4)
        if len(size) < 4:
            return None
        frame: dict[str, Any] = json.loads(self._calls.read(int.from_bytes(size, "big")))
        return frame

    def send(self, frame: dict[str, Any], limit: int | None = None) -> None:
        """Sends a frame; one beyond the limit becomes an error that says how large it was."""
        body = encoded(frame)
        if limit is not None and len(body) > limit:
            body = encoded({"kind": "error", "type": "TooLarge", "message": str(len(body)), "is_clean": False})
        with self._lock:
            rest = memoryview(len(body).to_bytes(4, "big") + body)
            while rest:
                rest = rest[self._answers.write(rest) or 0 :]


class Lines:
    """Stands in for `sys.stdout` or `sys.stderr`: each line becomes a log line, up to a limit."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, level: str, log: Callable[[object, str], None]) -> None:
        self._level = level
        self._log = log
        self._open = ""

    def write(self, text: str) -> int:
        """Takes text as a file does; whole lines are logged."""
        *lines, self._open = (self._open + str(text)).split("\n")
        for line in lines:
            self._log(line, self._level)
        if len(self._open) > _LINE_CHARACTERS:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Logs a line that is not finished yet."""
        if self._open:
            self._log(self._open, self._level)
            self._open = ""

    def isatty(self) -> bool:
        """Never a terminal."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True


class Reporter:
    """`log` and `emit` as the user's code sees them: bounded, and sent to the engine at once."""

    def __init__(self, frames: Frames, output_limit: int = _OUTPUT_CHARACTERS) -> None:
        self._frames = frames
        self._lines = 0
        self._left = output_limit

    def log(self, message: object, level: str = "info") -> None:
        """Adds a line to the flow's log; level is debug, info, warning, error or critical."""
        text = str(message)[:_LINE_CHARACTERS]
        if self._lines > _LINES or self._left < 0:
            return
        self._lines += 1
        self._left -= len(text)
        if self._lines > _LINES or self._left < 0:
            text, level = "More output was left out: a step may log 10,000 lines and 1 MiB.", "warning"
        self._frames.send({"kind": "log", "level": str(level), "message": text})

    def emit(self, event: str, data: object = "") -> None:
        """Sends an event to the listeners of the session; data that is not text is sent as JSON."""
        text = data if isinstance(data, str) else json.dumps(plain(data, ""), ensure_ascii=False)
        self._frames.send({"kind": "event", "event": str(event), "data": text})


def encoded(value: object) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")


def plain(value: Any, path: str, depth: int = _DEPTH) -> Any:
    """The value as JSON has it (tuples as lists). Raises NotJsonValueError with the place of what does not fit."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise NotJsonValueError(path, "the text holds half of a surrogate pair")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotJsonValueError(path, f"{value} is no JSON number")
        return value
    if depth == 0:
        raise NotJsonValueError(path[:200], f"it is nested deeper than {_DEPTH} levels")
    if isinstance(value, dict):
        return {_key(key, path): plain(item, f"{path}/{key}", depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{path}/{place}", depth - 1) for place, item in enumerate(value)]
    raise NotJsonValueError(path, f"it is of the Python type {type(value).__name__}, not text, number, list or object")


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise NotJsonValueError(path, f"the key {key!r} is not text")
    return key


def changes(before: dict[str, str], after: object) -> dict[str, Any]:
    """What a call did to the context: `set` {key: value} and `remove` [key]; `before` is the text of each value."""
    if not isinstance(after, dict):
        raise NotJsonValueError("", "the context is not an object any more")
    values = plain(after, "")
    changed = {key: value for key, value in values.items() if before.get(key) != json.dumps(value)}
    return {"set": changed, "remove": [key for key in before if key not in values]}


def _load(source: str, cache: dict[str, CodeType] = {}) -> CodeType:  # noqa: B006  # lives as long as the process
    if source not in cache:
        if len(cache) > 64:
            cache.clear()
        cache[source] = compile(source, SOURCE_NAME, "exec")
    return cache[source]


def _outcome(call: dict[str, Any], reporter: Reporter, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    """Runs the code of a call and returns the frame "result"."""
    context: dict[str, Any] = call["context"]
    before = {key: json.dumps(value) for key, value in context.items()}
    namespace: dict[str, Any] = {"__name__": "__code__", "log": reporter.log, "emit": reporter.emit}
    linecache.cache[SOURCE_NAME] = (len(call["source"]), None, call["source"].splitlines(True), SOURCE_NAME)
    exec(_load(call["source"]), namespace)
    if call.get("class_name"):
        from_class = _class_runner(call)
        answer, context = _finished(from_class(call, namespace, reporter), loop)
    else:
        answer = {"returned": plain(_finished(_called(namespace, call), loop), "")}
    return {"kind": "result", **answer, **changes(before, context)}


def _class_runner(call: dict[str, Any]) -> Callable[..., Any]:
    sys.path.extend(path for path in call.get("path", ()) if path not in sys.path)
    from node_engine.engine.worker_class import run_class  # only code of type class needs the engine's classes

    return run_class


def _called(namespace: dict[str, Any], call: dict[str, Any]) -> Any:
    function = namespace.get(call["function"])
    if not callable(function):
        raise LookupError(f"the code has no function {call['function']}; write: async def execute(ctx, config):")
    count = getattr(getattr(function, "__code__", None), "co_argcount", 2)
    return function(*(call["context"], call["config"])[:count])


def _finished(value: Any, loop: asyncio.AbstractEventLoop) -> Any:
    if not isinstance(value, Coroutine):
        return value
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(value)


def _error(error: BaseException) -> dict[str, Any]:
    """The frame "error": type, message, and the line of the user's source, in words and numbers only."""
    line = None
    if isinstance(error, SyntaxError) and error.filename == SOURCE_NAME:
        line = error.lineno
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            line = frame.lineno if frame.filename == SOURCE_NAME else line
    frame_text = {"kind": "error", "type": type(error).__name__, "message": _message(error), "line": line}
    if isinstance(error, NotJsonValueError):
        frame_text["path"] = error.path
    if isinstance(error, ModuleNotFoundError):
        frame_text["missing"] = error.name
    return frame_text


def _message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:  # noqa: BLE001  # the user's own __str__
        text = ""
    return str(text).encode(errors="replace").decode()[:2_000]


def _answer(call: dict[str, Any], frames: Frames, loop: asyncio.AbstractEventLoop, folder: str) -> dict[str, Any]:
    """Runs one call with output caught; whatever the code does, the answer is a frame."""
    reporter = Reporter(frames)
    out, errors = Lines("info", reporter.log), Lines("warning", reporter.log)
    sys.stdout, sys.stderr = out, errors
    try:
        os.chdir(folder)
        answer = _outcome(call, reporter, loop)
    except BaseException as error:  # noqa: BLE001  # component call: everything the code raises is its result
        answer = _error(error)
    out.flush()
    errors.flush()
    answer["is_clean"] = _is_clean(loop)
    return answer


def _is_clean(loop: asyncio.AbstractEventLoop) -> bool:
    """False when the code left threads, tasks or much memory behind: the process is then not used again."""
    return threading.active_count() <= _watchers and not asyncio.all_tasks(loop) and _peak_bytes() < _KEPT_BYTES


def _peak_bytes() -> int:
    """The most memory this program had. On Linux not by `getrusage`, which counts what the parent had at the fork."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        pass  # another system, or one that does not say
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _set_limits(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = memory_bytes if most == resource.RLIM_INFINITY else min(memory_bytes, most)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


_watchers = 1
"""Threads of this program itself."""


def _end_with_engine() -> None:
    """Ends this process when the engine is gone, also while code runs that never looks up."""
    global _watchers
    import select

    _ask_kernel_to_end_with_parent()

    if not hasattr(select, "poll"):
        return
    poll = select.poll()
    poll.register(os.dup(0), 0)

    def watch() -> None:
        poll.poll()
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="engine-watch").start()
    _watchers = 2


def _ask_kernel_to_end_with_parent() -> None:
    """On Linux even code that holds the interpreter's lock for ever ends with the engine."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    death_signal, kill = 1, 9
    ctypes.CDLL(None).prctl(death_signal, kill)


def main() -> None:
    """Answers calls until the engine closes the pipe."""
    memory_bytes, answer_bytes = int(sys.argv[1]), int(sys.argv[2])
    folder = os.getcwd()
    _end_with_engine()
    frames = Frames()
    _set_limits(memory_bytes)
    loop = asyncio.new_event_loop()
    frames.send({"kind": "ready"})
    while (call := frames.read()) is not None:
        frames.send(_answer(call, frames, loop, folder), answer_bytes)
    os._exit(0)


if __name__ == "__main__":
    main()
