"""The command line: what it prints and which exit codes it ends with; never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from node_engine.service.discovery import running_services
from node_engine.start.commands import main
from tests.service.running import flow, step

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process; gives exit code, stdout and stderr."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["node-engine", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run


@pytest.fixture
def flow_file(tmp_path: Path) -> Callable[..., str]:
    """Writes a flow file and gives its path."""

    def write(*components: dict[str, Any], **fields: Any) -> str:
        path = tmp_path / "f.flow.json"
        path.write_text(json.dumps(flow(*components, **fields)))
        return str(path)

    return write


def test_a_run_shows_each_step_with_number_component_time_and_change(
    command: Command, flow_file: Callable[..., str]
) -> None:
    path = flow_file(step("first", assignments={"x": 1}), step("second", assignments={"x": {"y": "Zoë"}}))

    code, out, err = command("run", path)

    lines = out.split("\n")
    assert (code, err) == (0, "")
    assert re.match(r"   1  first +Set +\d+\.\d ms  \+ x = 1", lines[0])
    assert re.match(r'   2  second +Set +\d+\.\d ms  x = {"y":"Zoë"}', lines[1])
    assert lines[2].startswith("Finished after 2 steps in ")


def test_a_failed_run_ends_with_1_and_its_error(command: Command, flow_file: Callable[..., str]) -> None:
    code, out, _ = command("run", flow_file(step("a", "Nonsense")))

    assert code == 1
    assert "Component not found: Nonsense" in out


def test_json_is_the_answer_of_invoke_and_nothing_else(command: Command, flow_file: Callable[..., str]) -> None:
    code, out, _ = command("run", flow_file(step("a", assignments={"x": 1})), "--json")

    assert code == 0
    assert list(json.loads(out)) == ["key", "session_id", "flow", "registry", "context", "status"]


def test_input_and_set_go_over_the_context(
    command: Command, flow_file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = flow_file(step("a"), context={"kept": 1, "name": "old"})
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"name": "new"}'))

    _, out, _ = command("run", path, "--json", "--input", "-", "--set", "order.total=12", "--set", "order.note=a=b")

    context = json.loads(out)["context"]
    assert (context["kept"], context["name"]) == (1, "new")
    assert context["order"] == {"total": 12, "note": "a=b"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--input", "{"), "--input is not JSON"),
        (("--input", "[1]"), "must be a JSON object"),
        (("--set", "x"), "path=value"),
        (("--set", "a[=1"), "a["),
    ],
)
def test_wrong_input_ends_with_2_and_words(
    command: Command, flow_file: Callable[..., str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = command("run", flow_file(step("a")), *arguments)

    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "empty"),
        (b"{", "Line 1, column"),
        (b"\x00\xff", "not UTF-8"),
        (b"[]", "not a flow"),
        (b'{"key":"f","flow":[{"key":"a"}]}', '"flow[0].name" is missing'),
        (b"[" * 10_000, "Line 1"),
    ],
)
def test_a_file_that_holds_no_flow_ends_with_2_and_words(
    command: Command, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "broken.flow.json"
    if content is not None:
        path.write_bytes(content)

    code, _, err = command("run", str(path))

    assert code == 2
    assert words in err
    assert str(path) in err
    assert "Traceback" not in err


def test_what_a_flow_writes_cannot_steer_the_terminal(command: Command, flow_file: Callable[..., str]) -> None:
    _, out, _ = command("run", flow_file(step("a\x1b[2J", "Nonsense[red]\x1b]0;x\x07")))

    assert "\x1b" not in out
    assert "\x07" not in out
    assert "Nonsense[red]" in out


def test_check_names_file_component_and_field_and_ends_with_1(command: Command, flow_file: Callable[..., str]) -> None:
    path = flow_file({**step("a"), "next": "lost"}, step("b", "Nonsense"))

    code, out, _ = command("check", path)

    assert code == 1
    assert f"{path}: a: next: error: " in out
    assert f"{path}: b" in out


def test_check_of_a_good_flow_ends_with_0(command: Command, flow_file: Callable[..., str]) -> None:
    path = flow_file(step("a"))

    assert command("check", path) == (0, f"{path}: no problems\n", "")


def test_check_goes_on_after_a_broken_file(command: Command, tmp_path: Path, flow_file: Callable[..., str]) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    code, out, err = command("check", str(broken), flow_file(step("a")))

    assert code == 1
    assert str(broken) in err
    assert "no problems" in out


def test_the_registry_is_listed_for_people_and_programs(command: Command) -> None:
    _, table, _ = command("registry")
    _, text, _ = command("registry", "--json")

    rows = json.loads(text)
    assert all(row["key"] in table for row in rows)
    assert {"key", "label", "description", "type"} == set(rows[0])


def test_a_registry_folder_that_is_not_there_is_said_so(command: Command, tmp_path: Path) -> None:
    for arguments in (("registry",), ("serve",)):
        code, _, err = command(*arguments, "--registry-root", str(tmp_path / "nothing"))
        assert code == 2
        assert "does not exist" in err


def test_runs_are_listed_and_shown_by_id_and_number(command: Command, flow_file: Callable[..., str]) -> None:
    command("run", flow_file(step("first"), step("second", "Nonsense")))
    _, listed, _ = command("runs", "list")
    _, as_json, _ = command("runs", "list", "--json")
    run = json.loads(as_json)[0]
    shown = [command("runs", "show", name)[1] for name in (run["id"], str(run["number"]))]

    assert run["id"] in listed
    assert (run["origin"], run["state"]) == ("cli", "failed")
    assert shown[0] == shown[1]
    assert "first" in shown[0]
    assert "Component not found: Nonsense" in shown[0]
    assert command("runs", "show", "zzz")[0] == 2


def test_a_whole_run_is_exported_with_its_flow_steps_and_other_events(
    command: Command, flow_file: Callable[..., str]
) -> None:
    command("run", flow_file(step("first", assignments={"x": "Zoë"}), step("second", "Nonsense"), context={"y": 1}))

    code, out, _ = command("runs", "export", "1")
    lost, _, words = command("runs", "export", "77")

    run = json.loads(out)
    assert (code, run["number"], run["state"]) == (0, 1, "failed")
    assert [component["key"] for component in run["flow"]["flow"]] == ["first", "second"]
    assert run["flow"]["context"] == {"y": 1}
    assert [(each["id"], each["key"], each["visit"]) for each in run["steps"]] == [
        ("main/first#1", "first", 1),
        ("main/second#1", "second", 1),
    ]
    assert run["steps"][0]["changes"] == [{"op": "add", "path": "/x", "value": "Zoë"}]
    assert {"run.started", "run.failed"} <= {event["name"] for event in run["events"]}
    assert (lost, "77" in words) == (2, True)


@pytest.mark.parametrize("arguments", [("token",), ("events", "--session", "s")])
def test_without_a_service_the_words_say_how_to_start_one(command: Command, arguments: tuple[str, ...]) -> None:
    code, _, err = command(*arguments)

    assert code == 2
    assert "node-engine serve" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--host", "0.0.0.0"),
        ("serve", "--host", "8.8.8.8"),
        ("serve", "--host", "127.0.0.1", "--expose", "--allow-code"),
        ("serve", "--port", "70000"),
        ("nonsense",),
        ("run",),
    ],
)
def test_refused_options_end_with_2_and_words(command: Command, arguments: tuple[str, ...]) -> None:
    code, _, err = command(*arguments)

    assert code == 2
    assert err
    assert "Traceback" not in err


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    process = subprocess.Popen(
        [sys.executable, "-m", "node_engine", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        folder = tmp_path / "node-engine"
        deadline_s = time.monotonic() + 30
        while not running_services(folder) and time.monotonic() < deadline_s:
            time.sleep(0.02)
        found = running_services(folder)[0]
        health = httpx.get(f"{found.url}/health", trust_env=False)
        token = subprocess.run(
            [sys.executable, "-m", "node_engine", "token"], env=environment, capture_output=True, text=True, check=True
        )
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()

    assert health.json()["instance_id"] == found.instance_id
    assert token.stdout.strip() == found.token
    assert f"Serving flows at {found.url}" in out
    assert (process.returncode, err) == (0, "")
    assert running_services(folder) == []


def test_ctrl_c_ends_a_run_with_130(tmp_path: Path) -> None:
    path = tmp_path / "wait.flow.json"
    path.write_text(json.dumps(flow(step("a"), step("w", "Wait", seconds=60))))
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "node_engine", "run", str(path)],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()

    assert process.returncode == 130
    assert "Traceback" not in err
