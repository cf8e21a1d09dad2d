"""How often changing text is asked for: seldom enough that finals never wait for it."""

from __future__ import annotations

from typing import Literal

Level = Literal["none", "thinned", "finals_only"]

SHORTEST_INTERVAL_S = 0.4
LONGEST_INTERVAL_S = 4.0
INTERIM_EXPIRES_S = 1.5
"""An interim that no worker has begun by then is not done at all."""
INTERIM_LOST_S = 3.0
"""An interim without an answer for so long is taken for expired."""
FINAL_LATE_S = 2.5
"""While a final waits for longer, no interim is asked for."""
_THINNED_FROM_S = 1.2
_WEIGHT = 0.3


class Pace:
    """Learns from the time that answers take. One for all streams of a process: they share the workers."""

    def __init__(self) -> None:
        self._turnaround_s = 0.1

    @property
    def interval_s(self) -> float:
        """Between two interims of a stream: twice the time that one takes, so that half of it is left for others."""
        return min(LONGEST_INTERVAL_S, max(SHORTEST_INTERVAL_S, 2.0 * self._turnaround_s))

    def answered(self, turnaround_s: float) -> None:
        """An interim came back after so long."""
        self._turnaround_s += _WEIGHT * (min(turnaround_s, LONGEST_INTERVAL_S) - self._turnaround_s)

    def expired(self) -> None:
        """An interim did not come back."""
        self.answered(INTERIM_LOST_S)

    def level(self, oldest_final_s: float) -> Level:
        """What to tell a client whose oldest final has been waiting for so long."""
        if oldest_final_s > FINAL_LATE_S:
            return "finals_only"
        return "thinned" if self.interval_s > _THINNED_FROM_S else "none"
