"""Runs code in processes of their own, which can be ended at any moment: a busy loop, a crash or 10 GB end there.

Not `anyio.to_process`: it unpickles what a worker answers, so code in a worker could run anything in the engine. Here
only JSON crosses (`worker_process`). This contains accidents; it is no sandbox: the code may do what its user may do.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from node_engine.errors import ComponentRunError, NotJsonError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS, MIB, Limits
from node_engine.models.parse import dump_json, parse_json
from node_engine.models.status import LogLevel

_PROGRAM = Path(__file__).with_name("worker_process.py")
_PACKAGES = str(Path(__file__).parents[2])
"""Where `node_engine` itself is imported from; code of type class needs it."""
_ENVIRONMENT = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PATHEXT", "COMSPEC"),
)
"""What a worker sees of the environment; keys and tokens of other programs are not in it."""
_INSTALL_NAMES = {
    "PIL": "pillow",
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
}
_LEVELS = frozenset(LogLevel)
_FOLDER_PREFIX = "node-engine-worker-"
_FRAME_SLACK_BYTES = MIB
_DEPTH = 80
"""Context values are at most 64 deep; frames wrap them."""
_REAP_S = 5.0

LogLine = Callable[[str, str], None]
Emit = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """Source text to run on a context: a function `execute(ctx, config)`, or with `class_name` a component class."""

    name: str
    """The component's registry name, for error messages."""
    source: str
    context: JsonObject
    config: JsonObject
    function: str = "execute"
    class_name: str | None = None
    key: str = ""
    flow: JsonObject = field(default_factory=dict)
    """For a class: the FlowDefinition, without its context."""
    frame: str = "main"
    visit: int = 1
    run_id: str = ""
    tunnel_authorization: str | None = None
    on_log: LogLine | None = None
    """Called with level and message for each line the code logs or prints, while it runs."""
    on_event: Emit | None = None
    """Awaited with name and text of each event the code emits, while it runs."""


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What the code did: context keys it set and removed, and what it returned or, for a class, answered."""

    changed: JsonObject
    removed: list[str]
    returned: JsonValue = None
    next: str | None = None
    port: str | None = None
    failure: str | None = None

    def apply(self, context: JsonObject) -> None:
        """Makes the same changes in a context."""
        for key, value in self.changed.items():
            context[key] = value
        for key in self.removed:
            context.pop(key, None)


class Workers:
    """A few worker processes, started when needed and used again. For one event loop, in whichever thread it runs."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._places = asyncio.Semaphore(limits.workers)
        self._ending: set[asyncio.Task[None]] = set()
        self._has_swept = False

    async def run_code(self, request: CodeRequest, *, timeout_s: float | None = None) -> CodeResult:
        """Runs code and returns what it did. Cancelling the caller ends the process at once.

        Raises:
            ComponentRunError: the code raised, ended its process, took too long or gave back too much.
            NotJsonError: it wrote a value to the context that JSON cannot hold.
        """
        body = dump_json(_call_of(request))
        async with self._places:
            worker = await self._take()
            try:
                async with asyncio.timeout(timeout_s):
                    answer = await worker.call(body, request)
            except TimeoutError:
                raise ComponentRunError(request.name, f"the code was ended after {timeout_s:g} s") from None
            finally:
                self._give_back(worker)
        return _result(answer, request, self._limits)

    async def close(self) -> None:
        """Ends every process, also busy ones, and waits until they are gone."""
        for worker in [*self._idle, *self._busy]:
            worker.kill()
        for worker in self._idle:
            self._end(worker)
        self._idle.clear()
        while self._ending:
            await asyncio.wait(list(self._ending), timeout=_REAP_S)

    def process_ids(self) -> list[int]:
        """The processes that exist now."""
        return [worker.pid for worker in [*self._idle, *self._busy]]

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                break
            self._end(worker)
        else:
            if not self._has_swept:
                self._has_swept = True
                await asyncio.to_thread(_sweep_folders)
            worker = await _Worker.start(self._limits)
        self._busy.add(worker)
        return worker

    def _give_back(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        if worker.is_clean and worker.is_alive and len(self._idle) < self._limits.workers_idle:
            worker.empty_folder()
            self._idle.append(worker)
        else:
            worker.kill()
            self._end(worker)

    def _end(self, worker: _Worker) -> None:
        task = asyncio.get_running_loop().create_task(worker.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class _Worker:
    """One process, one call at a time. Not clean until a call has ended well."""

    def __init__(self, process: Process, folder: Path, limits: Limits) -> None:
        assert process.stdin is not None  # asked for as pipes
        assert process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout
        self._folder = folder
        self._frame_limit = limits.worker_answer_bytes + _FRAME_SLACK_BYTES
        self.pid = process.pid
        self.is_clean = False

    @classmethod
    async def start(cls, limits: Limits) -> _Worker:
        """Starts the program in a new empty folder; ComponentRunError when the system refuses."""
        folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER_PREFIX}{os.getpid()}-"))
        sizes = (str(limits.worker_memory_bytes), str(limits.worker_answer_bytes))
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-B", "-X", "utf8", str(_PROGRAM), *sizes,
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=folder, env=environment, limit=MIB, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ComponentRunError("worker", f"no process could be started for the code: {error}") from error
        return cls(process, folder, limits)

    @property
    def is_alive(self) -> bool:
        """False once the system has reported the end of the process."""
        return self._process.returncode is None

    async def call(self, body: bytes, request: CodeRequest) -> JsonObject:
        """Sends a call and reads frames until its answer; the process is clean after it if the answer says so."""
        self.is_clean = False
        try:
            self._input.write(len(body).to_bytes(4, "big") + body)
            await self._input.drain()
            answer = await self._answer(request)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ComponentRunError(request.name, await self._why_it_ended()) from error
        self.is_clean = answer.get("is_clean") is True
        return answer

    async def _answer(self, request: CodeRequest) -> JsonObject:
        while True:
            frame = await self._frame(request)
            match frame.get("kind"):
                case "log" if request.on_log is not None:
                    level = str(frame.get("level"))
                    request.on_log(level if level in _LEVELS else "info", str(frame.get("message")))
                case "event" if request.on_event is not None:
                    await request.on_event(str(frame.get("event")), str(frame.get("data")))
                case "result" | "error":
                    return frame

    async def _frame(self, request: CodeRequest) -> JsonObject:
        size = int.from_bytes(await self._output.readexactly(4), "big")
        if size > self._frame_limit:
            raise ComponentRunError(request.name, "the code wrote to the pipe that it answers with")
        body = await self._output.readexactly(size)
        frame = parse_json(body, depth=_DEPTH)
        return frame if isinstance(frame, dict) else {}

    async def _why_it_ended(self) -> str:
        code = await self._process.wait()
        if code == -signal.SIGKILL:
            return "the process of the code was ended by the system; it may have used too much memory"
        if code < 0:
            return f"the process of the code crashed (signal {signal.Signals(-code).name})"
        return f"the code ended its own process (exit code {code}); to leave the step, return from the function"

    def kill(self) -> None:
        """Ends the process and what it started, at once."""
        self.is_clean = False
        if not self.is_alive:
            return
        try:
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself a moment ago

    async def end(self) -> None:
        """Waits until the process is gone, reads its pipes to the end and removes its folder."""
        self._input.close()
        try:
            async with asyncio.timeout(_REAP_S):
                while await self._output.read(MIB):
                    pass
                await self._process.wait()
        except (TimeoutError, ConnectionError):
            pass  # the system ends it later; nothing here waits for it
        shutil.rmtree(self._folder, ignore_errors=True)

    def empty_folder(self) -> None:
        """Removes what the last call left in the working folder."""
        for path in self._folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _sweep_folders() -> None:
    """Removes working folders that a killed engine left behind."""
    if sys.platform == "win32":
        return  # asking for a process there would end it
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*"):
        pid = folder.name.removeprefix(_FOLDER_PREFIX).split("-")[0]
        if pid.isdecimal() and not _exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is another user's
    return True


def _call_of(request: CodeRequest) -> JsonObject:
    call: JsonObject = {
        "source": request.source,
        "context": request.context,
        "config": request.config,
        "function": request.function,
    }
    if request.class_name is not None:
        call |= {
            "class_name": request.class_name,
            "name": request.name,
            "key": request.key,
            "flow": request.flow,
            "frame": request.frame,
            "visit": request.visit,
            "run_id": request.run_id,
            "tunnel_authorization": request.tunnel_authorization,
            "path": [_PACKAGES],
        }
    return call


def _result(answer: JsonObject, request: CodeRequest, limits: Limits) -> CodeResult:
    if answer["kind"] == "error":
        raise _error_of(answer, request, limits)
    changed, removed = answer.get("set"), answer.get("remove")
    if not isinstance(changed, dict) or not isinstance(removed, list):
        raise ComponentRunError(request.name, "the code wrote to the pipe that it answers with")
    return CodeResult(
        changed=changed,
        removed=[str(key) for key in removed],
        returned=answer.get("returned"),
        next=_text(answer.get("next")),
        port=_text(answer.get("port")),
        failure=_text(answer.get("failure")),
    )


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _error_of(answer: JsonObject, request: CodeRequest, limits: Limits) -> ComponentRunError | NotJsonError:
    message = str(answer.get("message") or "")
    if answer.get("path") is not None:
        return NotJsonError(str(answer["path"]), message)
    return ComponentRunError(request.name, _reason(answer, message, request, limits))


def _reason(answer: JsonObject, message: str, request: CodeRequest, limits: Limits) -> str:
    kind, line = str(answer.get("type")), answer.get("line")
    place = f" (line {line}: {_line(request.source, line)})" if isinstance(line, int) else ""
    if kind == "TooLarge":
        most = limits.worker_answer_bytes / MIB
        return f"the code gave back {int(message) / MIB:.0f} MiB; {most:.0f} MiB are allowed. Store a file instead."
    if kind == "MemoryError":
        return f"the code needed more than {limits.worker_memory_bytes / MIB:.0f} MiB of memory{place}"
    if kind == "SystemExit":
        return f"the code called exit(){place}; to leave the step, return from the function"
    if missing := answer.get("missing"):
        package = str(missing).split(".")[0]
        return f"{message}{place}. Install it with: pip install {_INSTALL_NAMES.get(package, package)}"
    return f"{kind}: {message}{place}" if message else f"{kind}{place}"


def _line(source: str, line: int) -> str:
    lines = source.splitlines()
    return lines[line - 1].strip()[:80] if 0 < line <= len(lines) else "?"
