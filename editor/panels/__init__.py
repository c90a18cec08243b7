"""The panels round the canvas. Each is given what it shows and tells what is wanted of others by signals.

All have `set_theme(theme)`; `theme` is an `editor.theme.Theme`, `parent` an optional widget.

- PalettePanel(catalog, theme, parent): set_catalog, focus_search. Signals: add_wanted(name).
- QuickAdd(catalog, theme, parent): set_catalog, open_at(place, text=""). Signals: chosen(name), cancelled().
- OutlinePanel(theme, parent): set_document(document, editor), set_breakpoints(keys), select(keys), selection().
  Signals: selection_changed(list of keys), open_wanted(key), breakpoint_toggled(key).
- InspectorPanel(theme, parent): set_document(document, editor), show_component(key | None), show_components(keys),
  show_field(key, field), set_validate(validate), set_try(try_component), set_known(KnownContext).
  Signals: go_to(key, field), link_wanted(url).
- StepsPanel(run_model, theme, parent, catalog=None): set_catalog. Signals: run_wanted(), component_wanted(key).
- ContextPanel(run_model, state_at, theme, parent): set_writers(find_writers), refuse_edit(message) when an edit asked
  for by edit_wanted could not be made. Signals: edit_wanted(list of JSON Patch operations for the paused run),
  watch_wanted(path), break_wanted(path).
- LogPanel(run_model, theme, parent). Signals: component_wanted(key).
- EventsPanel(run_model, emit, theme, parent): set_session(session_id).
- RunsPanel(run_model, theme, parent): live_count(), set_past_runs(past_runs), set_effects(find_effects),
  filters.choose_flow(key | None). Signals: show_wanted(run id), fork_wanted(run id, step, before),
  compare_wanted(run id, run id), continue_wanted(run id), export_wanted(run id), stop_wanted(run id).
- ProblemsPanel(theme, parent): set_document(document, editor=None). Signals: go_to(key, field), count_changed(count).
- BreakpointsPanel(theme, parent): set_document(document, store: BreakpointStore), set_known(KnownContext),
  set_would_stop(would_stop), set_hits({id: hits in the shown run}), edit(breakpoint), add_breakpoint, select(id).
  Signals: component_wanted(key).
- BreakpointPopup(theme, parent): the same editor as a popup; editor.set_document, editor.set_known,
  editor.set_would_stop, then open_at(global place, breakpoint); it saves into the store itself.
- KnownContext(run_model, state_at, parent): what fields complete over; one for all panels. set_flow(flow key).
- WatchPanel(run_model, theme, watch=None, parent): set_watch(watch), set_known(KnownContext), set_expressions(list),
  expressions(), add_expression(text); editor.document.watches.WatchStore keeps them beside the flow.
  Signals: expressions_changed(list).
- TimelinePanel(run_model, theme, parent): follows and moves the run model's moment. Signals: component_wanted(key).
- CompareView(run_model, theme, compare=None, parent): set_compare(compare), show_runs(a id, b id), clear(), comparison.
  Signals: step_wanted(run id, step), compared(RunComparison | None) for the canvas, closed().

Questions are async callables, their shapes are the protocols of `answers.py`; they may raise NodeEngineError.
"""
