"""How long a run and its steps took, time spent paused left out."""

from __future__ import annotations

from time import perf_counter


class RunClock:
    """Counts from the moment a run began to work."""

    def __init__(self) -> None:
        self.began_s = perf_counter()
        self._pauses: list[tuple[float, float]] = []
        self._paused_at_s: float | None = None

    def begin(self) -> None:
        """The run left the queue."""
        self.began_s = perf_counter()

    def pause(self) -> None:
        """The run stands."""
        self._paused_at_s = perf_counter()

    def go_on(self) -> None:
        """The run goes on."""
        if self._paused_at_s is not None:
            self._pauses.append((self._paused_at_s, perf_counter()))
            self._paused_at_s = None

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the beginning, pauses included."""
        return (perf_counter() - self.began_s) * 1_000

    def worked_s(self, since_s: float | None = None) -> float:
        """Seconds since the beginning, or a later moment of `perf_counter`, without pauses."""
        moment_s = self.began_s if since_s is None else since_s
        now_s = perf_counter()
        paused_s = sum(end - max(begin, moment_s) for begin, end in self._pauses if end > moment_s)
        if self._paused_at_s is not None:
            paused_s += now_s - max(self._paused_at_s, moment_s)
        return now_s - moment_s - paused_s
