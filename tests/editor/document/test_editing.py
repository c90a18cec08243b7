"""What a user can do to a flow, each as one undo step."""

from __future__ import annotations

import pytest

from editor.document import UNSET, Frame, Note
from node_engine.errors import DuplicateKeyError, FlowError, UnknownKeyError
from node_engine.models.flow import GoTo
from tests.analysis.catalog import step
from tests.editor.document.documents import chain, changes_of, document_of, drawn, editor_of, state_of


def test_a_component_on_empty_canvas_goes_to_the_end_of_the_list() -> None:
    document = chain("a", "b")

    key = editor_of(document).add("Step", 40, 60)

    assert list(document.keys()) == ["a", "b", "step"]
    assert drawn(document) == ["a.next>b", "b.next>step"]
    assert (document.place(key).x, document.place(key).y) == (40, 60)


def test_keys_are_made_from_the_label_and_counted() -> None:
    document = chain()
    editor = editor_of(document)

    assert [editor.add("GoTo", 0, 0) for _ in range(3)] == ["go_to", "go_to_2", "go_to_3"]


def test_a_component_after_another_runs_next() -> None:
    document = chain("a", "b")

    editor_of(document).add("Step", 0, 0, after="a")

    assert drawn(document) == ["a.next>step", "step.next>b"]


def test_a_component_after_one_with_an_explicit_next_takes_that_over() -> None:
    document = document_of(step("a", next="c"), step("b"), step("c"))

    editor_of(document).add("Step", 0, 0, connect_from=("a", "next"))

    assert document.component("a").next is None
    assert drawn(document) == ["a.next>step", "step.next>c", "b.next>c"]


def test_a_component_at_a_named_port_changes_nothing_else() -> None:
    document = document_of(step("if", "If"), step("b"))

    editor_of(document).add("Step", 0, 0, connect_from=("if", "false"))

    assert drawn(document) == ["if.false>step", "b.next>exit"]


def test_a_component_on_a_list_order_wire_is_inserted_with_its_first_port() -> None:
    document = chain("a", "b")

    editor_of(document).add("If", 0, 0, on_wire=document.wires_of("a")[0])

    assert drawn(document) == ["a.next>if", "if.true>b"]


def test_a_component_on_a_branch_is_inserted_there() -> None:
    document = document_of(step("if", "If", outputs={"true": "b"}), step("b"))

    editor_of(document).add("Step", 0, 0, on_wire=document.wires_of("if")[0])

    assert drawn(document) == ["if.true>step", "b.next>exit", "step.next>b"]


def test_a_component_on_one_of_two_ports_that_follow_the_list_leaves_the_other() -> None:
    document = document_of(step("ask", "Evaluate"), step("b"))

    editor_of(document).add("Step", 0, 0, connect_from=("ask", "yes"))

    assert drawn(document) == ["ask.yes>step", "ask.no>b", "b.next>exit", "step.next>b"]


def test_connecting_writes_where_the_port_keeps_its_target() -> None:
    document = document_of(step("if", "If"), step("go", "GoTo"), step("ask", "Evaluate"), step("a"), step("b"))
    editor = editor_of(document)

    editor.connect("a", "next", "if")
    editor.connect("if", "true", "b")
    editor.connect("go", "next", "b")
    editor.connect("ask", "no", "b")
    editor.connect("b", "error", "if")

    assert document.component("a").next == "if"
    assert document.component("if").outputs == {"true": "b"}
    assert document.component("go").config == {"next": "b"}
    assert document.component("ask").config == {"outputs": {"no": "b"}}
    assert document.component("b").on_error == GoTo(go_to="if")


def test_connecting_to_the_following_component_is_list_order() -> None:
    document = document_of(step("a", next="c"), step("b"), step("c"))

    editor_of(document).connect("a", "next", "b")

    assert document.component("a").next is None


def test_cutting_a_list_order_wire_ends_the_flow_there() -> None:
    document = chain("a", "b")

    editor_of(document).disconnect("a", "next")

    assert document.component("a").next == "exit"


def test_cutting_an_explicit_next_does_not_fall_back_to_list_order() -> None:
    document = document_of(step("a", next="c"), step("b"), step("c"))

    editor_of(document).disconnect("a", "next")

    assert drawn(document) == ["a.next>exit", "b.next>c"]


def test_cutting_a_branch_takes_it_away() -> None:
    document = document_of(step("if", "If", outputs={"true": "b"}), step("b"), step("c", on_error=GoTo(go_to="b")))
    editor = editor_of(document)

    editor.disconnect_wires([document.wires_of("if")[0], document.wires_of("c")[0]])

    assert drawn(document) == ["b.next>c"]
    assert document.undo_stack.undoText() == "cut 2 wires"
    assert document.component("if").outputs is None


def test_cutting_a_failure_that_goes_on_by_list_order_stops_there() -> None:
    document = document_of(step("if", "If", on_error="continue"), step("b"))

    editor_of(document).disconnect_wires(document.wires_of("if"))

    assert drawn(document) == []


def test_connecting_to_nothing_or_from_nothing_is_refused() -> None:
    document = chain("a", "b")
    editor = editor_of(document)

    with pytest.raises(UnknownKeyError):
        editor.connect("a", "next", "nope")
    with pytest.raises(FlowError, match='has no port "true"'):
        editor.connect("a", "true", "b")
    assert document.undo_stack.count() == 0


def test_delete_leads_what_led_there_to_the_successor() -> None:
    document = document_of(
        step("if", "If", outputs={"true": "b", "false": "b"}), step("a", next="b"), step("x"), step("b", next="d"),
        step("c"), step("d"),
    )  # fmt: skip

    editor_of(document).remove(["b"])

    assert drawn(document) == ["if.true>d", "if.false>d", "a.next>d", "x.next>d", "c.next>d"]


def test_delete_of_neighbours_heals_over_all_of_them() -> None:
    document = chain("a", "b", "c", "d")

    editor_of(document).remove(["b", "c"])

    assert drawn(document) == ["a.next>d"]
    assert document.component("a").next is None


def test_delete_of_a_branching_component_goes_on_along_its_first_forward_branch() -> None:
    document = document_of(step("a"), step("if", "If", outputs={"true": "a", "false": "c"}), step("b"), step("c"))

    editor_of(document).remove(["if"])

    assert drawn(document) == ["a.next>c", "b.next>c"]


def test_delete_of_the_end_of_a_jump_cuts_the_jump() -> None:
    document = document_of(step("a", next="c"), step("b"), step("c"))

    editor_of(document).remove(["c"])

    assert drawn(document) == ["a.next>exit"]


def test_delete_of_a_loop_of_two_ends_where_it_was_entered() -> None:
    document = document_of(step("a"), step("b", next="c"), step("c", next="b"), step("d"))

    editor_of(document).remove(["b", "c"])

    assert drawn(document) == ["a.next>exit"]


def test_delete_and_undo_bring_everything_back() -> None:
    document = document_of(step("if", "If", outputs={"true": "b"}), step("a"), step("b", note="keep"))
    before = state_of(document)

    editor_of(document).remove(["if", "b"])
    document.undo_stack.undo()

    assert state_of(document) == before


def test_the_moves_of_one_drag_undo_as_one() -> None:
    document = chain("a", "b")
    editor = editor_of(document)
    before = state_of(document)

    for x in range(5):
        editor.move({"a": (x * 10, 50), "b": (x * 10, 90)}, drag_id=1)
    editor.move({"a": (500, 50)}, drag_id=2)
    count = document.undo_stack.count()
    document.undo_stack.undo()
    document.undo_stack.undo()

    assert count == 2
    assert state_of(document) == before


def test_frames_and_notes_move_with_components_in_one_step() -> None:
    document = chain("a")
    editor = editor_of(document)
    frame, note = editor.add_frame(0, 0, 400, 300, "loop"), editor.add_note(10, 10, "why")

    editor.move({"a": (1, 2)}, frames={frame: (3, 4)}, notes={note: (5, 6)})

    assert document.frames() == {frame: Frame(3, 4, 400, 300, "loop")}
    assert document.notes() == {note: Note(5, 6, text="why")}
    assert document.undo_stack.count() == 3


def test_a_move_to_where_it_is_makes_no_undo_step() -> None:
    document = chain("a")

    editor_of(document).move({"a": (document.place("a").x, document.place("a").y)})

    assert document.undo_stack.count() == 0


def test_typing_in_one_field_is_one_undo_step() -> None:
    document = chain("a", "b")
    editor = editor_of(document)

    for text in ("h", "he", "hey"):
        editor.set_field("a", "config.text", text)
    editor.finish_field()
    editor.set_field("a", "config.text", "hey you")
    editor.set_field("b", "config.text", "x")

    assert document.undo_stack.count() == 3
    assert document.component("a").config == {"text": "hey you"}


def test_typing_back_to_the_start_leaves_no_undo_step() -> None:
    document = document_of(step("a", config={"n": 1}))
    editor = editor_of(document)

    editor.set_field("a", "config.n", 2)
    editor.set_field("a", "config.n", 1)

    assert document.undo_stack.count() == 0
    assert not document.is_dirty


def test_true_and_one_are_two_values() -> None:
    document = document_of(step("a", config={"n": 1}))
    editor = editor_of(document)

    editor.set_config("a", {"n": True})

    assert document.component("a").config["n"] is True
    assert document.undo_stack.count() == 1


def test_fields_are_set_at_any_depth() -> None:
    document = document_of(step("a", config={"rows": [{"name": "x"}]}))
    editor = editor_of(document)

    editor.set_field("a", "config.rows[0].name", "y")
    editor.set_field("a", "config.rows[1]", {"name": "z"})
    editor.set_field("a", "config.headers.accept", "json")
    editor.set_field("a", "retry.times", 3)
    editor.set_field("a", "outputs.late", "a")
    editor.set_field("a", "config.rows[0].name", UNSET)

    component = document.component("a")
    assert component.config == {"rows": [{}, {"name": "z"}], "headers": {"accept": "json"}}
    assert component.retry is not None
    assert component.retry.times == 3
    assert component.outputs == {"late": "a"}


@pytest.mark.parametrize(
    ("path", "value"),
    [("timeout_s", -1), ("timeout_s", "soon"), ("retry.times", 1_000), ("nothing", 1), ("key", "b"), ("config", 5)],
)
def test_a_value_that_does_not_fit_is_refused_in_words(path: str, value: object) -> None:
    document = chain("a")

    with pytest.raises(FlowError) as caught:
        editor_of(document).set_field("a", path, value)  # type: ignore[arg-type]

    assert str(caught.value)
    assert document.undo_stack.count() == 0


def test_options_are_set_and_unset() -> None:
    document = chain("a")
    editor = editor_of(document)

    editor.set_options("a", timeout_s=5, note="slow", on_error="continue")
    editor.set_options("a", note=None)

    assert document.component("a").model_dump() == {
        "key": "a", "name": "Step", "config": {}, "on_error": "continue", "timeout_s": 5.0,
    }  # fmt: skip


def test_rename_follows_every_reference_in_one_step() -> None:
    document = document_of(
        step("if", "If", outputs={"true": "a", "false": "b"}), step("go", "GoTo", config={"next": "a"}),
        step("a", next="b"), step("b", on_error=GoTo(go_to="a")),
    )  # fmt: skip
    before = state_of(document)
    place = document.place("a")
    changes = changes_of(document)

    editor_of(document).rename("a", "start")

    assert drawn(document) == ["if.true>start", "if.false>b", "go.next>start", "start.next>b", "b.error>start"]
    assert changes[0].renamed == {"a": "start"}
    assert not changes[0].added | changes[0].removed
    assert document.place("start") == place
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert state_of(document) == before
    assert changes[1].renamed == {"start": "a"}


@pytest.mark.parametrize("key", ["", "exit", "two words", "ä", "x" * 129, "a/b"])
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(FlowError, match="cannot be a key"):
        editor_of(chain("a")).rename("a", key)


def test_a_key_that_is_taken_is_refused() -> None:
    with pytest.raises(DuplicateKeyError):
        editor_of(chain("a", "b")).rename("a", "b")


def test_switching_components_off_and_on_leaves_nothing_behind() -> None:
    document = chain("a", "b")
    editor = editor_of(document)
    before = document.text()

    editor.set_enabled(["a", "b"], False)
    switched_off = [document.component(key).enabled for key in "ab"]
    editor.set_enabled(["a", "b"], True)

    assert switched_off == [False, False]
    assert document.text() == before


def test_order_changes_wires() -> None:
    document = chain("a", "b", "c")
    editor = editor_of(document)

    editor.move_in_order("c", 0)
    editor.reorder(["b", "c", "a"])

    assert drawn(document) == ["b.next>c", "c.next>a"]
    with pytest.raises(FlowError):
        editor.reorder(["b", "c"])


def test_undo_texts_are_words() -> None:
    document = document_of(step("if", "If"), step("a"), step("publish"))
    editor = editor_of(document)

    editor.move({"a": (1, 1)})
    editor.connect("if", "true", "publish")
    editor.set_field("a", "config.text", "x")
    editor.rename("a", "improve")
    editor.remove(["improve", "if"])
    editor.set_flow_key("essay")

    stack = document.undo_stack
    assert [stack.text(index) for index in range(stack.count())] == [
        "move a",
        "connect if.true to publish",
        "set text of a",
        "rename a to improve",
        "delete 2 components",
        "rename flow to essay",
    ]


def test_the_flows_own_values_are_undone_too() -> None:
    document = chain("a")
    editor = editor_of(document)

    editor.set_context({"x": 1})
    editor.set_flow_key("other")
    document.undo_stack.undo()
    document.undo_stack.undo()

    assert (document.key, document.context) == ("test", {})


def test_tidy_of_a_selection_moves_nothing_else() -> None:
    document = chain("a", "b", "c")
    editor = editor_of(document)
    editor.move({"a": (7, 7), "b": (9, 9), "c": (1, 1)})

    editor.tidy(["a", "b"])

    assert (document.place("c").x, document.place("c").y) == (1, 1)
    assert document.place("b").x > document.place("a").x
    assert document.undo_stack.count() == 2


def test_colours_belong_to_the_layout() -> None:
    document = chain("a")

    editor_of(document).set_color(["a"], "#8f77f2")

    assert document.place("a").color == "#8f77f2"
    assert "#8f77f2" not in document.text()
