"""What work costs, for tests on how it grows."""

from __future__ import annotations

import time
from collections.abc import Callable


def cost(work: Callable[[], object]) -> float:
    """Return the lesser processor time of two runs: what a regular expression does is within one call."""
    costs = []
    for _ in range(2):
        started = time.process_time()
        work()
        costs.append(time.process_time() - started)
    return min(costs)
