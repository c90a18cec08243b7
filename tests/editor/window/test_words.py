"""The words and texts the window makes: search, curl lines, command line, moments, help pages, action table."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from editor import theme as look
from editor.session.run_view import Pause, RunView, StepRow
from editor.window.action_set import tool_tip
from editor.window.action_table import ACTIONS, BY_ID
from editor.window.actions import Situation
from editor.window.curl_line import curl_line
from editor.window.display import has_display, missing_packages, missing_text
from editor.window.entries import Entry, find_entries
from editor.window.help_pages import PAGES, page_text
from editor.window.moment import length_text, notice_for
from editor.window.options import parse_options
from editor.window.samples import find_samples
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName, RunId, SessionId
from node_engine.models.run import Origin, RunState, StepState


def entry(text: str, **more: object) -> Entry:
    return replace(Entry(text, lambda: None), **more)  # type: ignore[arg-type]


def found(query: str, *entries: Entry) -> list[str]:
    return [each.text for each in find_entries(entries, query)]


def test_without_words_everything_is_found_in_its_order() -> None:
    assert found("", entry("b"), entry("a")) == ["b", "a"]


def test_every_typed_word_must_be_in_an_entry() -> None:
    assert found("sa as", entry("Save"), entry("Save as…")) == ["Save as…"]


def test_what_starts_with_the_word_comes_before_what_holds_it() -> None:
    assert found("run", entry("Outrun"), entry("Only run this"), entry("Run")) == ["Run", "Only run this", "Outrun"]


def test_what_can_be_used_comes_first() -> None:
    assert found("undo", entry("Undo", is_enabled=False), entry("Undo all")) == ["Undo all", "Undo"]


def test_an_entry_is_found_by_its_other_words() -> None:
    assert found("branch", entry("Add If", words="condition branch"), entry("Add Set")) == ["Add If"]


def test_the_ids_of_actions_are_unique_and_no_key_means_two_actions() -> None:
    keys = [key for row in ACTIONS for key in row.keys]

    assert len(BY_ID) == len(ACTIONS)
    assert len(set(keys)) == len(keys)


def test_the_icons_of_actions_exist() -> None:
    assert not [row.id for row in ACTIONS if row.icon and not look.has_icon(row.icon)]


def test_nothing_that_needs_a_flow_is_enabled_without_one() -> None:
    enabled = {row.id for row in ACTIONS if row.enabled(Situation(is_ready=True))}

    assert {"file.new", "file.open", "file.settings", "view.commands"} <= enabled
    assert not {"file.save", "run.start", "run.step", "run.stop", "edit.undo", "edit.paste"} & enabled


def test_run_is_disabled_while_a_run_is_under_way_and_enabled_when_it_is_paused() -> None:
    running = Situation(has_flow=True, is_editable=True, is_ready=True, is_live=True)

    assert not BY_ID["run.start"].enabled(running)
    assert BY_ID["run.pause"].enabled(running)
    assert BY_ID["run.start"].enabled(replace(running, is_paused=True))
    assert not BY_ID["run.pause"].enabled(replace(running, is_paused=True))


def test_a_tool_tip_names_the_first_key() -> None:
    assert tool_tip(BY_ID["run.pause"]) == "Pause  F6\nStops before the next component"


def make_flow() -> FlowDefinition:
    component = FlowComponent(key="say", name="Template", config={"template": 'It\'s {{name}} $HOME `id` \\ "x"\n'})
    return FlowDefinition(key="quoting", session_id="s", flow=[component], context={"name": "Ada"})


def test_a_curl_line_carries_the_flow_through_a_shell_unchanged() -> None:
    words = shlex.split(curl_line(make_flow(), "http://127.0.0.1:8000", None))

    body = json.loads(words[words.index("--data-binary") + 1])
    assert words[0] == "curl"
    assert words[-1] == "http://127.0.0.1:8000/invoke"
    assert body["flow"][0]["config"] == make_flow().flow[0].config
    assert "status" not in body
    assert not [word for word in words if word.startswith("Authorization")]


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_shell_hands_curl_the_flow_byte_by_byte_however_large_it_is(size: int, tmp_path: Path) -> None:
    flow = make_flow()
    flow.context["long"] = "ü'$`\\" * size
    line = curl_line(flow, "http://127.0.0.1:8000", None)
    fake = tmp_path / "curl"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "given = sys.argv[sys.argv.index('--data-binary') + 1]\n"
        "sys.stdout.buffer.write(sys.stdin.buffer.read() if given == '@-' else given.encode())\n"
    )
    fake.chmod(0o755)

    printed = subprocess.run(["sh"], input=f"PATH={tmp_path}:$PATH\n{line}".encode(), capture_output=True, check=True)

    assert json.loads(printed.stdout)["context"] == flow.context


def test_a_curl_line_holds_the_token_when_one_is_needed() -> None:
    words = shlex.split(curl_line(make_flow(), "http://127.0.0.1:8000", "secret"))

    assert "Authorization: Bearer secret" in words


def test_the_command_line_is_read(tmp_path: Path) -> None:
    flow = tmp_path / "a.flow.json"
    flow.write_text("{}")

    options = parse_options([str(flow), "--screenshot", "a.png", "--run", "--size", "1200x800", "--theme", "dark"])

    assert (options.flows, options.screenshot, options.run) == ((flow,), Path("a.png"), True)
    assert (options.size, options.theme) == ((1200, 800), "dark")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.flow.json"], 'there is no file "gone.flow.json"'),
        (["--size", "huge"], '"huge" is not a size'),
        (["--run"], "--run needs a FLOW"),
        (["--theme", "pink"], "invalid choice: 'pink'"),
    ],
)
def test_bad_input_ends_with_a_message_and_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)

    assert ended.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_a_display_is_noticed(environment: dict[str, str], platform: str, expected: bool) -> None:
    assert has_display(environment, platform) is expected


def test_missing_libraries_are_named_by_their_packages() -> None:
    def load(name: str) -> object:
        if "xcb-cursor" in name:
            raise OSError(name)
        return object()

    packages = missing_packages(load, "linux")

    assert packages == ["libxcb-cursor0"]
    assert "sudo apt-get install libxcb-cursor0" in missing_text(packages)


def view(state: RunState, *keys: str, **more: object) -> RunView:
    made = RunView(RunId("r"), 41, "f", SessionId("s"), Origin.HTTP, state=state, elapsed_ms=1_300, **more)  # type: ignore[arg-type]
    for number, key in enumerate(keys, 1):
        name = ComponentName("Set")
        made.add(StepRow(number, ComponentKey(key), name, 1, MAIN_FRAME, StepState.DONE, 0.0))
    return made


def test_the_strip_is_absent_without_a_run() -> None:
    assert notice_for(None, None, is_read_only=False) is None


def test_the_strip_tells_where_a_run_is_paused() -> None:
    run = view(RunState.PAUSED, "draft", paused=Pause(ComponentKey("criticise"), 2))

    notice = notice_for(run, None, is_read_only=False)

    assert notice is not None
    assert (notice.state, notice.run, notice.tone) == ("Paused", "run 41, started over HTTP", "paused")
    assert notice.details == "before criticise, visit 2 · step 2"


def test_the_strip_tells_which_past_step_is_shown_and_offers_to_go_live() -> None:
    notice = notice_for(view(RunState.FINISHED, "a", "b", "c"), 2, is_read_only=False)

    assert notice is not None
    assert notice.details == "step 2 of 3 · b · finished"
    assert notice.links == (("run.live", "Go live"),)


def test_the_strip_tells_why_a_run_failed() -> None:
    notice = notice_for(view(RunState.FAILED, "a", error="Component not found: X"), None, is_read_only=False)

    assert notice is not None
    assert (notice.state, notice.details, notice.tone) == ("Failed", "Component not found: X", "failed")


def test_the_strip_says_the_reason_of_a_failure_alone_and_keeps_all_of_it() -> None:
    error = "Error executing component: [Chat] no key"

    notice = notice_for(view(RunState.FAILED, "a", error=error), None, is_read_only=False)

    assert notice is not None
    assert (notice.details, notice.whole) == ("no key", error)


def test_a_read_only_flow_offers_a_copy() -> None:
    notice = notice_for(view(RunState.FINISHED, "a"), None, is_read_only=True)

    assert notice is not None
    assert ("tab.edit_copy", "Edit a copy") in notice.links


@pytest.mark.parametrize(
    ("elapsed_ms", "text"), [(0.41, "0.4 ms"), (412, "412 ms"), (1_300, "1.30 s"), (125_000, "2 min 5 s")]
)
def test_lengths_have_the_unit_that_suits_them(elapsed_ms: float, text: str) -> None:
    assert length_text(elapsed_ms) == text


@pytest.mark.parametrize("name", PAGES)
def test_every_help_page_has_text(name: str) -> None:
    text = page_text(name, "http://127.0.0.1:8123")

    assert text.startswith("# ")
    assert "{url}" not in text


def test_every_action_with_a_key_is_on_the_shortcuts_page() -> None:
    text = page_text("shortcuts", None)

    missing = [row.id for row in ACTIONS if row.keys and f"| {row.text.rstrip('…')} |" not in text]
    assert not missing


def test_the_api_page_names_the_running_service() -> None:
    assert "http://127.0.0.1:8123/invoke" in page_text("api", "http://127.0.0.1:8123")


def test_every_sample_has_a_card() -> None:
    samples = find_samples()

    assert [sample.name for sample in samples][:1] == ["hello"]
    assert all(re.search(r"\w", sample.text) and sample.path.is_file() for sample in samples)
    assert all(look.has_icon(sample.icon) for sample in samples)


def test_a_curl_line_with_the_token_says_where_the_files_of_the_flow_are() -> None:
    words = shlex.split(curl_line(make_flow(), "http://127.0.0.1:8000", "secret", Path("/home/ada/my flows")))

    assert "X-Flow-Folder: /home/ada/my%20flows" in words
