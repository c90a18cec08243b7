"""`node-engine debug` with commands from a pipe: what it prints, how it ends, and that nothing is a traceback."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from node_engine.start.commands import main
from tests.service.running import flow, step

SAMPLES = Path(__file__).parents[3] / "resources" / "samples"
INNER = {
    "key": "inner",
    "flow": [step("in1", assignments={"y": 2}), step("in2", "Assert", condition="x > 5", message="x is too small")],
}
NESTED = (
    step("first", assignments={"x": 1, "list": [1, {"a": "ü"}]}),
    step("child", "InvokeFlow", flow_definition=INNER),
    step("last", assignments={"x": 9}),
)

Debug = Callable[..., tuple[int, str, str]]


@pytest.fixture
def debug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Debug:
    """Debugs a flow with lines of commands; gives exit code, stdout and stderr."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(path: Path, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["node-engine", "debug", str(path), *options])
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        assert "Traceback" not in captured.out + captured.err
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run


@pytest.fixture
def flow_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a flow file and gives its path."""

    def write(*components: dict[str, Any], **fields: Any) -> Path:
        path = tmp_path / "f.flow.json"
        path.write_text(json.dumps(flow(*components, **fields)))
        return path

    return write


def said(out: str, command: str) -> list[str]:
    """What was printed after a command, until the next one."""
    after = out.split(f"(debug) {command}\n", 1)[1]
    return after.split("(debug) ")[0].splitlines()


def test_the_loop_of_the_sample_stops_once_and_ends_after_round_two(debug: Debug, tmp_path: Path) -> None:
    name = "draft_criticise_improve"
    path = copytree(SAMPLES / name, tmp_path / name) / f"{name}.flow.json"

    code, out, err = debug(
        path,
        "break good_enough if score < 0.8 and visit == 2",
        "run",
        "set score=0.9",
        "continue",
        "print score",
        "print text",
    )

    assert (code, err) == (0, "")
    assert out.count("Stopped") == 1
    assert said(out, "run")[-1].startswith("Stopped before good_enough (visit 2): breakpoint 1:")
    assert "    score: 0.5 → 0.75" in said(out, "run")
    assert said(out, "continue")[-1].startswith("Finished after 8 steps")
    assert said(out, "print score") == ["0.9"]
    assert "Last step" not in out.split("continue", 1)[1]


def test_a_run_is_stepped_into_and_out_of_a_nested_flow(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(*NESTED, context={"x": 1})

    code, out, _ = debug(path, "next", "next", "step", "where", "list", "set x=6", "out", "continue")

    assert code == 0
    assert said(out, "step")[-1] == "Stopped before in1 (visit 1) in main/child#1: next step"
    assert said(out, "where")[1:] == [
        "  #0 main/child#1: flow inner, before in1, visit 1",
        "  #1 main: flow f, child, visit 1",
    ]
    assert said(out, "list")[0].split()[:2] == ["→", "in1"]
    assert said(out, "out")[-1] == "Stopped before last (visit 1): next step"
    assert "    x: 1 → 6" in said(out, "out")


def test_a_failure_stops_the_run_and_the_step_is_done_again(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(step("a", assignments={"x": 1}), step("check", "Assert", condition="x > 5", message="too small"))

    code, out, err = debug(path, "run", "set x=6", "retry")

    assert (code, err) == (0, "")
    assert "Stopped at the failure of check (visit 1): breakpoint error: on error if not caught" in said(out, "run")
    assert said(out, "retry")[-1].startswith("Finished after 3 steps")


@pytest.mark.parametrize("lines", [("run",), ("run", "continue"), ("run", "quit"), ("delete error", "run")])
def test_a_failed_run_ends_with_1_however_it_is_left(
    debug: Debug, flow_file: Callable[..., Path], lines: tuple[str, ...]
) -> None:
    code, out, _ = debug(flow_file(step("a", "Nonsense")), *lines)

    assert code == 1
    assert "Component not found: Nonsense" in out


def test_values_are_looked_at_in_the_past_and_not_changed_there(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(*(step(key, assignments={"x": value}) for key, value in (("a", 1), ("b", 2), ("c", 3))))

    _, out, err = debug(
        path, "break c", "run", "back", "print x", "back 5", "where", "set x=7", "live", "print x", "continue", "back"
    )

    assert said(out, "back")[0] == "After step 1 of 2: a (Set), visit 1"
    assert said(out, "print x") == ["1"]
    assert said(out, "back 5") == ["Before the first of 2 steps."]
    assert said(out, "where")[-1] == "You are looking at step 0; live comes back."
    assert "The past cannot be changed." in err
    assert said(out.split("(debug) live")[1], "print x") == ["2"]
    assert "After step 2 of 3: b (Set), visit 1" in out


def test_values_are_printed_and_set_by_path(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(*NESTED)

    _, out, _ = debug(
        path,
        "print ctx",
        "set order.total=12",
        "print order",
        "break child",
        "run",
        "print list[1].a",
        "set list[1].a=Zoë",
        "print list",
        "quit",
        options=("--set", "given=true"),
    )

    assert said(out, "print ctx") == ['{"given":true}']
    assert said(out, "set order.total=12") == ["The next run begins with order.total = 12"]
    assert said(out, "print order") == ['{"total":12}']
    assert said(out, "print list[1].a") == ['"ü"']
    assert said(out, "set list[1].a=Zoë") == ['  list[1].a = "Zoë"']
    assert said(out, "print list") == ['[1,{"a":"Zoë"}]']


def test_watched_values_are_shown_over_the_steps_and_at_each_stop(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(*(step(key, assignments={"x": value}) for key, value in (("a", 1), ("b", 2), ("c", 3))))

    _, out, _ = debug(path, "watch x * 10", "break c", "run", "watch x", "who x", "unwatch x", "next", "watch")

    assert said(out, "run")[-1] == "  x * 10 = 20"
    assert [line.split() for line in said(out, "watch x")] == [
        ["1", "a,", "visit", "1", "1"],
        ["2", "b,", "visit", "1", "2"],
    ]
    assert [line.split()[:3] for line in said(out, "who x")] == [["step", "1", "a"], ["step", "2", "b"]]
    assert said(out, "who x")[1].endswith("1 → 2")
    assert said(out, "next")[-1] == said(out, "watch")[-1] == "  x * 10 = 30"


def test_a_component_is_gone_to_and_jumped_to(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(*(step(key, assignments={key: 1}) for key in ("a", "b", "c", "d")))

    _, out, err = debug(path, "next", "to b", "jump d", "continue", "print ctx", "to b", "next")

    assert said(out, "to b")[-1] == "Stopped before b (visit 1): reached"
    assert said(out, "jump d")[-1].startswith("Stopped before d (visit 1)")
    assert '"b"' not in said(out, "print ctx")[0]
    assert err.count("The run is over (finished). run begins another.") == 2


def test_run_begins_anew(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(step("a", assignments={"x": 1}), step("b", assignments={"x": 2}))

    code, out, _ = debug(path, "break b", "run", "run", "delete b", "run", "where")

    assert code == 0
    assert out.count("Stopped before b (visit 1)") == 2
    assert said(out, "where") == ["Run 3 of f: finished, 2 steps"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("brake a", 'There is no command "brake". Did you mean break?'),
        ("break zz", 'No component of the flow "f" has the key "zz".'),
        ("break a if x = 1", "write == to compare"),
        ("delete 7", 'There is no breakpoint "7".'),
        ("continue", "No run has begun."),
        ("retry", "No run has begun."),
        ("print", "print EXPRESSION"),
        ("print nope", 'there is no "nope"'),
        ("print 1 +", "cannot be read"),
        ("set x", "set PATH=VALUE"),
        ("set a[=1", "is no path"),
        ("back", "There is no step to look at yet."),
        ("who x", "There is no step to look at yet."),
        ("unwatch x", '"x" is not watched.'),
        ("help nonsense", "There is no command"),
    ],
)
def test_a_wrong_line_is_told_and_ends_a_pipe_with_2(
    debug: Debug, flow_file: Callable[..., Path], line: str, words: str
) -> None:
    code, out, err = debug(flow_file(step("a")), line, "print 1")

    assert code == 2
    assert words in err
    assert said(out, "print 1") == ["1"]


def test_help_lists_every_command_and_tells_all_about_one(debug: Debug, flow_file: Callable[..., Path]) -> None:
    _, out, _ = debug(flow_file(step("a")), "# a comment", "", "help", "help b")

    assert "  back [N]" in out
    assert "RULE is = 3, >= 3 or every 3." in out


def test_what_a_flow_writes_cannot_steer_the_terminal(debug: Debug, flow_file: Callable[..., Path]) -> None:
    path = flow_file(step("a\x1b[2J", assignments={"x": "\x1b]0;x\x07"}), step("b", "Nonsense[red]\x1b"))

    _, out, err = debug(path, "watch x", "run", "list", "print x", "where", "back")

    assert "\x1b" not in out + err
    assert "\x07" not in out + err


def test_input_cannot_come_from_where_commands_do(debug: Debug, flow_file: Callable[..., Path]) -> None:
    code, _, err = debug(flow_file(step("a")), options=("--input", "-"))

    assert code == 2
    assert "commands" in err


def test_a_file_without_a_flow_ends_with_2(debug: Debug, tmp_path: Path) -> None:
    code, _, err = debug(tmp_path / "missing.json")

    assert code == 2
    assert "No such file" in err
