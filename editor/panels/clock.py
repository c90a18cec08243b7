"""Times of day as lists show them."""

from __future__ import annotations

from datetime import datetime


def clock_words(time_s: float) -> str:
    """The local time of a Unix time with milliseconds: "14:03:07.250"."""
    return datetime.fromtimestamp(time_s).strftime("%H:%M:%S.%f")[:-3]


def day_words(time_s: float, now_s: float) -> str:
    """The local time of a Unix time: "14:03:07" today, "14 Nov 14:03" before."""
    then, now = datetime.fromtimestamp(time_s), datetime.fromtimestamp(now_s)
    return then.strftime("%H:%M:%S") if then.date() == now.date() else then.strftime("%d %b %H:%M")
