"""Every limit of the program, with its reason; sizes in bytes, times in seconds (TRUST.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """One frozen set of limits; tests and tools pass their own, everybody else uses the defaults."""

    request_body_bytes: int = 8 * MIB
    """A body of 64 MB blocked the loop for 0.6 s."""
    request_header_bytes: int = 16 * KIB
    request_deadline_s: float = 10.0
    """A complete request must have arrived by then; silent and dripping clients are closed."""
    connections: int = 1_200
    event_readers: int = 1_024
    event_readers_per_session: int = 64
    json_depth: int = 64
    """deepcopy dies at 498 levels, other tools earlier."""
    flow_components: int = 10_000
    flow_file_bytes: int = 64 * MIB
    run_steps: int = 100_000
    """Loops are legal, endless ones are not."""
    nesting: int = 16
    step_timeout_s: float | None = 300.0
    """None in the editor, where Stop always works within a second."""
    run_timeout_s: float | None = 3_600.0
    cancel_grace_s: float = 2.0
    """How long a cancelled step may clean up before it is reported as stuck."""
    context_bytes: int = 64 * MIB
    value_bytes: int = 16 * MIB
    """Beyond, a component stores a file and keeps its path in the context."""
    runs_at_once: int = 32
    runs_waiting: int = 256
    hold_s: float | None = 300.0
    """A paused run that was not started in the editor goes on by itself after this; None is never."""
    runs_held: int = 64
    """Outside runs that breakpoints hold at once; the next ones pass. A held run keeps no place of `runs_at_once`."""
    background_runs_per_session: int = 16
    event_bytes: int = 256 * KIB
    session_events: int = 4_096
    session_event_bytes: int = 8 * MIB
    log_events: int = 65_536
    """Events of all sessions kept for the window and the journal."""
    sessions: int = 256
    session_idle_s: float = 900.0
    stream_stall_s: float = 30.0
    """A send to a reader without progress for this long closes the stream."""
    stream_ping_s: float = 15.0
    trace_bytes: int = MIB
    """Contexts in `status.trace` are included while all of them stay under this; changes always are."""
    template_bytes: int = 16 * MIB
    expression_length: int = 4_000
    expression_depth: int = 100
    """Brackets, operators and calls inside each other."""
    expression_bits: int = 4_096
    """The largest whole number an expression may reach by multiplication or power."""
    expression_cost: int = 64 * MIB
    """Characters an expression may touch or make; a list item or loop turn counts as 64."""
    expression_s: float = 1.0
    """Loops of an expression end after this time; a condition takes microseconds."""
    workers: int = 8
    """Worker processes at once; more code steps wait for one."""
    workers_idle: int = 2
    """Worker processes kept for the next call; a new one costs 0.1 s, a kept one 0.3 ms."""
    worker_memory_bytes: int = 4_096 * MIB
    """Address space of a worker process, where the system can limit it; 0 is no limit."""
    worker_answer_bytes: int = 64 * MIB
    """What code may give back: the values it changed in the context, and what it returns."""
    stall_s: float = 1.0
    """A loop tick later than this is logged with the stack that blocked it."""
    log_items: int = 200_000
    """Lines in the log of one run; what comes after is dropped with one warning."""
    history_runs: int = 200
    """Finished runs kept in memory with their steps; the journal has the rest."""
    history_bytes: int = 64 * MIB
    """About what all finished runs take in memory together; the newest one is always kept. With more, a collection of
    garbage takes 100 ms and longer."""
    journal_runs: int = 2_000
    journal_bytes: int = 512 * MIB
    journal_age_s: float | None = 90 * 86_400.0
    """Runs that began longer ago leave the journal; None is never."""


DEFAULT_LIMITS = Limits()
EDITOR_LIMITS = Limits(step_timeout_s=None, run_timeout_s=None)
