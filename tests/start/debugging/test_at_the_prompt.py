"""The debugger as a process of its own: Ctrl+C, and a person at a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.running import flow, step

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")
ENDLESS = flow(step("a", assignments={"x": 1}), {**step("w", "Wait", seconds=0.02), "next": "a"}, context={"x": 0})

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the debugger for a flow."""
    processes: list[subprocess.Popen[bytes]] = []

    def begin(definition: dict[str, Any], **options: Any) -> subprocess.Popen[bytes]:
        path = tmp_path / "f.flow.json"
        path.write_text(json.dumps(definition))
        environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "dumb"}
        command = [sys.executable, "-u", "-m", "node_engine", "debug", str(path)]
        given: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        processes.append(subprocess.Popen(command, env=environment, **{**given, **options}))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[bytes], words: str) -> str:
    """The output up to and including the line with the words."""
    assert process.stdout is not None
    read = ""
    while words not in read:
        line = process.stdout.readline().decode()
        assert line, read
        read += line
    return read


def tell(process: subprocess.Popen[bytes], *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    process.stdin.flush()


def test_ctrl_c_pauses_a_run_that_goes_on(start: Start) -> None:
    process = start(ENDLESS)
    tell(process, "run")
    read_until(process, "  w  ")

    process.send_signal(signal.SIGINT)
    read_until(process, "Pausing before the next component")
    stopped = read_until(process, "Stopped before")
    tell(process, "set x=5", "where", "quit")
    out, _ = process.communicate(timeout=30)

    assert "paused as you asked" in stopped
    assert "x = 5" in out.decode()
    assert (process.returncode, b"Traceback" in out) == (0, False)


def test_a_second_ctrl_c_stops_a_run_that_does_not_come_to_stand(start: Start) -> None:
    process = start(flow(step("a", assignments={"x": 1}), step("w", "Wait", seconds=60)))
    tell(process, "run")
    read_until(process, "  a  ")

    process.send_signal(signal.SIGINT)
    read_until(process, "Pausing before the next component")
    process.send_signal(signal.SIGINT)
    read_until(process, "Stopped after 2 steps")
    out, _ = process.communicate(b"where\n", timeout=30)

    assert "stopped, 2 steps" in out.decode()
    assert (process.returncode, b"Traceback" in out) == (0, False)


def test_ctrl_c_at_the_prompt_ends_with_130(start: Start) -> None:
    process = start(ENDLESS)
    tell(process, "next")
    read_until(process, "Stopped before a")

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)

    assert (process.returncode, b"Traceback" in out) == (130, False)


def test_at_a_terminal_an_empty_line_repeats_the_step_and_a_wrong_line_costs_nothing(start: Start) -> None:
    main, other = os.openpty()
    try:
        process = start(ENDLESS, stdin=other, stdout=other, stderr=other)
        answered(main, "help lists the commands.")
        os.write(main, b"next\n")
        answered(main, "Stopped before a (visit 1)")
        os.write(main, b"next\n")
        answered(main, "Stopped before w (visit 1)")
        os.write(main, b"\n")
        answered(main, "Stopped before a (visit 2)")
        os.write(main, b"wrong\n")
        answered(main, 'There is no command "wrong".')
        os.write(main, b"\x04")
        answered(main, "The run is stopped where it stands.", prompt="")
        code = process.wait(timeout=30)
    finally:
        os.close(main)
        os.close(other)

    assert code == 0


def answered(descriptor: int, words: str, prompt: str = "(debug) ") -> None:
    """Read what a terminal shows up to the words, and to the prompt after them."""
    shown = ""
    while words not in shown or prompt not in shown.split(words, 1)[1]:
        shown += os.read(descriptor, 1_000).decode(errors="replace")
