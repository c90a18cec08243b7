"""Flow files: nothing changes that was not edited, and whatever a file holds becomes a flow or one clear message."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from editor.document import Document, Frame
from editor.document.files import DiskState, LoadedFlow, changed_on_disk, disk_state, load_flow, save
from node_engine.errors import FlowFileError, StorageError
from node_engine.models.limits import Limits
from tests.analysis.catalog import CATALOG, step
from tests.editor.document.documents import chain, document_of, drawn, editor_of

FOREIGN = """{"key": "x",   "session_id": "s", "status": {"error": "old"}, "flow": [
\t{"key":"a","name":"Step","config":{"n":1e3,"big":123456789012345678901234567890,"l":[1.0,2.00,3]},"zz":{"q":1.0e0}},
   {"name":"If", "key":"b", "timeout_s": 60, "retry":{"times":3,"jitter":1.0}},\r
   {"key":"c","name":"Nope", "config": {"\\u00e4": "\\u00e4ö"}}], "extra": 1.00, "context":{"v":2.50, "w":1}}"""


def opened(folder: Path, text: str, name: str = "my.flow.json") -> Document:
    path = folder / name
    path.write_bytes(text.encode())
    loaded = load_flow(path)
    return Document(loaded.source, loaded.layout, CATALOG, path)


def written(document: Document) -> str:
    assert document.path is not None
    return document.path.read_bytes().decode()


@pytest.mark.parametrize(
    "text",
    [
        FOREIGN,
        '{"flow":[],"key":"k"}',
        '\ufeff{"key": "k", "flow": []}\n\n',
        '{"key":"k","flow":[{"key":"a","name":"S"}],"context":{},"registry":null}',
        '{"key": "k", "key": "l", "flow": []}',
        '{"key": "k", "flow": [{"key": "a", "name": "S", "config": {"a": 1, "a": 2}}]}',
    ],
)
def test_saving_an_untouched_file_changes_no_byte_and_writes_no_layout(tmp_path: Path, text: str) -> None:
    document = opened(tmp_path, text)

    save(document)

    assert written(document) == text
    assert [path.name for path in tmp_path.iterdir()] == ["my.flow.json"]


def test_edits_that_were_undone_change_no_byte(tmp_path: Path) -> None:
    document = opened(tmp_path, FOREIGN)
    editor = editor_of(document)

    editor.remove(["a"])
    editor.set_context({})
    editor.rename("c", "d")
    save(document)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    save(document)

    assert written(document) == FOREIGN


def test_one_edit_rewrites_one_component_and_keeps_the_numbers_in_it(tmp_path: Path) -> None:
    text = FOREIGN.replace('"session_id": "s", "status": {"error": "old"}, ', "")
    document = opened(tmp_path, text)

    editor_of(document).set_field("a", "config.l[2]", 4)
    save(document)

    start, end = text.index('{"key":"a"'), text.index(",\n   {")
    new = written(document)
    assert new.startswith(text[:start])
    assert new.endswith(text[end:])
    assert '"n": 1e3' in new
    assert "123456789012345678901234567890" in new
    assert "2.00,\n          4\n" in new
    assert '"q": 1.0e0' in new


def test_a_new_file_has_the_canonical_form(tmp_path: Path) -> None:
    document = document_of(
        step("a", config={"b": 1, "ä": "ö"}), step("if", "If", outputs={"true": "a"}, enabled=True, timeout_s=2.0),
        context={"n": 1.5},
    )  # fmt: skip

    save(document, tmp_path / "new.flow.json")

    assert written(document) == (
        '{\n  "key": "test",\n  "flow": [\n    {\n      "key": "a",\n      "name": "Step",\n      "config": {\n'
        '        "b": 1,\n        "ä": "ö"\n      }\n    },\n    {\n      "key": "if",\n      "name": "If",\n'
        '      "outputs": {\n        "true": "a"\n      },\n      "timeout_s": 2\n    }\n  ],\n  "context": {\n'
        '    "n": 1.5\n  }\n}\n'
    )
    assert not document.is_dirty
    assert document.path == tmp_path / "new.flow.json"


def test_session_and_status_are_dropped_at_the_first_change(tmp_path: Path) -> None:
    document = opened(tmp_path, FOREIGN)

    editor_of(document).set_flow_key("y")
    save(document)

    assert document.session_id == "s"
    assert "session_id" not in written(document)
    assert "status" not in written(document)
    assert '"context": {"v":2.50, "w":1}' in written(document)


def test_numbers_of_options_keep_their_spelling(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[{"key":"a","name":"S","timeout_s":60.0,"retry":{"delay_s":1e0}}]}')

    editor_of(document).set_field("a", "note", "hi")
    save(document)

    assert '"timeout_s": 60.0' in written(document)
    assert '"delay_s": 1e0' in written(document)


def test_items_moved_in_a_list_keep_their_spelling(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[{"key":"a","name":"S","config":{"l":[1.00,2.00,3.00]}}]}')

    editor_of(document).set_config("a", {"l": [1.0, 9, 2.0, 3.0]})

    assert "1.00,\n          9,\n          2.00,\n          3.00" in document.text()


def test_unknown_keys_and_components_are_kept_and_told(tmp_path: Path) -> None:
    document = opened(tmp_path, FOREIGN)

    editor_of(document).set_field("b", "note", "hi")

    text = document.text()
    assert '"jitter": 1.0' in text
    assert '"extra": 1.00' in text
    assert document.description("c") is None
    assert any('"extra"' in warning for warning in document.warnings)
    assert any('"zz"' in warning for warning in document.warnings)
    assert any('"retry.jitter"' in warning for warning in document.warnings)


def test_two_components_of_one_key_open_under_two_keys(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[{"key":"a","name":"S"},{"key":"a","name":"S"}]}')

    assert list(document.keys()) == ["a", "a_2"]
    assert document.is_dirty
    assert '"a_2"' in document.warnings[0]
    assert '"a_2"' in document.text()


def test_the_layout_lies_beside_the_flow(tmp_path: Path) -> None:
    document = document_of(step("b"), step("a"))
    editor = editor_of(document)
    editor.move({"a": (20, 40), "b": (1.23456, -5)})
    frame = editor.add_frame(0, 0, 400, 300, "loop")
    note = editor.add_note(5, 5, "why <b>")

    save(document, tmp_path / "my.flow.json")
    loaded = load_flow(tmp_path / "my.flow.json")

    assert (tmp_path / "my.layout.jsonl").read_text() == (
        '["component","a",{"x":20,"y":40}]\n'
        '["component","b",{"x":1.23,"y":-5}]\n'
        '["frame","frame_1",{"x":0,"y":0,"width":400,"height":300,"title":"loop"}]\n'
        '["note","note_2",{"x":5,"y":5,"width":240,"height":80,"text":"why <b>"}]\n'
    )
    assert loaded.layout.places["a"].x == 20  # type: ignore[index]
    assert loaded.layout.frames[frame] == Frame(0, 0, 400, 300, "loop")
    assert loaded.layout.notes[note].text == "why <b>"


def test_another_json_file_has_its_layout_beside_it_too(tmp_path: Path) -> None:
    save(chain("a"), tmp_path / "other.json")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.json", "other.layout.jsonl"]


def test_a_layout_with_bad_lines_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "my.layout.jsonl").write_bytes(
        b'["component","a",{"x":1,"y":2}]\n<<<<<<< ours\n["component","a",{"x":3,"y":4}]\n=======\n'
        b'["component","a",{"x":5,"y":6,"color":"red; url(x)"}]\n>>>>>>> theirs\nnot json\n'
        b'["component","b",{"x":"1"}]\n'
        b'["component","c",{"x":1e999,"y":0}]\n["bookmark","m",{"x":1}]\n\xff\xfe\n[]\n{"version":2}\n'
    )

    document = opened(tmp_path, '{"key":"k","flow":[{"key":"a","name":"S"}]}')
    editor_of(document).move({"a": (9, 9)})
    save(document)

    assert document.warnings[0].startswith("Layout, line 2: left over from a merge")
    assert len(document.warnings) == 6
    assert (tmp_path / "my.layout.jsonl").read_text() == (
        '["bookmark","m",{"x":1}]\n["component","a",{"x":9,"y":9}]\n{"version":2}\n'
    )


def test_a_file_that_somebody_else_wrote_is_noticed(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[]}')
    assert document.path is not None
    first = disk_state(document)

    document.path.write_text('{"key":"l","flow":[]}')
    second = disk_state(document)
    document.path.unlink()
    third = disk_state(document)

    assert (first, second, third) == (DiskState.SAME, DiskState.CHANGED, DiskState.GONE)
    assert not changed_on_disk(document)
    assert disk_state(chain("a")) is DiskState.NONE


def test_a_touched_file_with_the_same_content_is_not_changed(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[]}')
    assert document.path is not None

    document.path.write_text('{"key":"k","flow":[]}')

    assert not changed_on_disk(document)


def test_saving_again_over_somebody_elses_version_writes_ours(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[]}')
    assert document.path is not None
    document.path.write_text("{}")

    save(document)

    assert written(document) == '{"key":"k","flow":[]}'


def test_a_vanished_file_is_written_again(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[]}')
    assert document.path is not None
    document.path.unlink()

    save(document)

    assert written(document) == '{"key":"k","flow":[]}'


def test_a_save_that_fails_leaves_the_document_dirty(tmp_path: Path) -> None:
    document = opened(tmp_path, '{"key":"k","flow":[]}')
    editor_of(document).set_flow_key("l")

    with pytest.raises(StorageError, match="the folder is no longer there"):
        save(document, tmp_path / "gone" / "x.flow.json")

    assert document.is_dirty
    assert document.path == tmp_path / "my.flow.json"
    with pytest.raises(StorageError, match="no file yet"):
        save(chain("a"))


def test_limits_of_size_and_count_are_told(tmp_path: Path) -> None:
    at_limit = b'{"key":"k","flow":[{"key":"a","name":"S"},{"key":"b","name":"S"}]}'
    limits = Limits(flow_components=2, flow_file_bytes=len(at_limit))

    assert isinstance(load_flow(at_limit, limits), LoadedFlow)
    with pytest.raises(FlowFileError, match="larger than"):
        load_flow(at_limit + b" ", limits)
    with pytest.raises(FlowFileError, match="3 components; 2 are allowed"):
        load_flow(b'{"key":"k","flow":[{"key":"a","name":"S"},1,2]}', limits)


HOSTILE = [
    b"",
    b" \n\t ",
    b"\0" * 100,
    b"\x89PNG\r\n\x1a\n\0\0",
    b"PK\x03\x04",
    b"\x7fELF",
    b"%PDF-1.7",
    b"hello",
    b"null",
    b"true",
    b"5",
    b'"flow"',
    b"[]",
    b"{}",
    b"{",
    b"}",
    b'{"key"',
    b'{"key":',
    b'{"key":"a"',
    b'{"key":"a","flow":}',
    b'{"key":"a","flow":[}',
    b'{"key":"a","flow":{}}',
    b'{"key":"a","flow":null}',
    b'{"key":"a","flow":"x"}',
    b'{"flow":[]}',
    b'{"key":null,"flow":[]}',
    b'{"key":5,"flow":[]}',
    b'{"key":["a"],"flow":[]}',
    b'{"key":"a","flow":[1]}',
    b'{"key":"a","flow":[null]}',
    b'{"key":"a","flow":[[]]}',
    b'{"key":"a","flow":[{}]}',
    b'{"key":"a","flow":[{"key":"b"}]}',
    b'{"key":"a","flow":[{"name":"b"}]}',
    b'{"key":"a","flow":[{"key":1,"name":"b"}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","config":null}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","config":[]}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","outputs":{"x":1}}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","next":5}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","enabled":"no"}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","timeout_s":0}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","retry":{"times":-1}}]}',
    b'{"key":"a","flow":[{"key":"b","name":"c","on_error":"explode"}]}',
    b'{"key":"a","flow":[],"context":[]}',
    b'{"key":"a","flow":[],"context":null}',
    b'{"key":"a","flow":[],"registry":{}}',
    b'{"key":"a","flow":[],"registry":[{"key":"x"}]}',
    b'{"key":"a","flow":[],"session_id":7}',
    b'{"key":"a","flow":[],}',
    b"{'key':'a','flow':[]}",
    b'{"key":"a","flow":[]} trailing',
    b'{"key":"a","flow":[]}{}',
    b'// comment\n{"key":"a","flow":[]}',
    b'{"key":"a","flow":[],"context":{"n":NaN}}',
    b'{"key":"a","flow":[],"context":{"n":-Infinity}}',
    b'{"key":"a","flow":[],"context":{"n":1e999}}',
    b'{"key":"a","flow":[],"context":{"n":01}}',
    b'{"key":"a","flow":[],"context":{"s":"\\ud800"}}',
    b'{"key":"a","flow":[],"context":{"s":"\xff"}}',
    b'{"key":"a","flow":[],"context":{"s":"\n"}}',
    b"\xff\xfe{\0",
    b"[" * 1_000_000,
    b'{"a":' * 100_000,
    b'{"key":"a","flow":[],"context":' + b"[" * 64 + b"]" * 64 + b"}",
    b'{"key":"a","flow":[],"context":{"n":' + b"9" * 10_000 + b"}}",
    b'{"key":"a","flow":[{"key":"' + b"x" * 1_000_000,
    b"import os; os.system('touch /tmp/owned')",
    b"<html><script>alert(1)</script></html>",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    '{"key":"a","flow":[{"key":"b","name":"c"}]'.encode("utf-16"),
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_gets_one_clear_message(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.flow.json"
    path.write_bytes(content)

    with pytest.raises(FlowFileError) as caught:
        load_flow(path)

    message = str(caught.value)
    assert message.startswith("hostile.flow.json: ")
    assert 40 < len(message) < 600


@pytest.mark.parametrize("name", ["nowhere.json", ".", "x\0y"])
def test_what_is_no_file_gets_a_clear_message(tmp_path: Path, name: str) -> None:
    with pytest.raises(FlowFileError):
        load_flow(tmp_path / name)


def test_opening_touches_nothing_but_the_files(tmp_path: Path) -> None:
    path = tmp_path / "spy.flow.json"
    path.write_bytes(
        b'{"key":"k","flow":[{"key":"a","name":"PythonFunction","config":{"source":"import os","path":"/etc/passwd"}}],'
        b'"registry":[{"key":"PythonFunction","label":"","description":"","type":"code","config":{"code":"1/0"}}]}'
    )
    (tmp_path / "spy.layout.jsonl").write_bytes(b'["component","a",{"x":1,"y":2}]\n')
    load_flow(path)
    told: list[tuple[str, tuple[object, ...]]] = []
    is_listening = [True]
    watched = {"exec", "compile", "import", "open", "os.system", "subprocess.Popen", "socket.__new__", "os.remove",
               "os.rename", "os.mkdir", "socket.connect", "os.exec", "os.posix_spawn", "os.fork", "marshal.loads",
               "pickle.find_class", "ctypes.dlopen"}  # fmt: skip

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if is_listening[0] and event in watched:
            told.append((event, arguments))

    sys.addaudithook(listen)
    loaded = load_flow(path)
    document = Document(loaded.source, loaded.layout, CATALOG, path)
    editor_of(document).paste(path.read_text(), 0, 0)
    document.problems()
    is_listening[0] = False

    assert {event for event, _ in told} <= {"open"}
    assert {name for name, _ in told_files(told)} <= {str(path), str(tmp_path / "spy.layout.jsonl")}
    assert not {flag for _, mode in told_files(told) for flag in mode} & set("wax+")


def told_files(told: list[tuple[str, tuple[object, ...]]]) -> list[tuple[str, str]]:
    """Names and modes of what was opened by name."""
    return [(str(name), str(mode or "r")) for _, (name, mode, _) in told if not isinstance(name, int)]


def test_wires_of_a_saved_flow_are_those_of_the_opened_one(tmp_path: Path) -> None:
    document = document_of(step("if", "If", outputs={"false": "b"}), step("a", next="if"), step("b"))
    save(document, tmp_path / "x.flow.json")

    loaded = load_flow(tmp_path / "x.flow.json")

    assert drawn(Document(loaded.source, loaded.layout, CATALOG)) == drawn(document)
