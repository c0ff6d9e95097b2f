#!/usr/bin/env python3
"""Rolling statistics over the flights of examples/flights, at the rate of the ring.

    build/examples/publish_flights --ring flights examples/flights/flights.csv &
    python3 examples/python/rolling_flights.py flights

For each batch: how late the last flights were on average, and how many of them were late at all. The
means are differences of running sums, so a flight costs the same whatever the window is.
"""

import argparse
import time

import numpy as np

import sluice


class RollingMean:
    """The mean of the last `window` values, for each value as it comes."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._sums = np.zeros(1)  # the running sums up to the last `window` values

    def add(self, values: np.ndarray) -> np.ndarray:
        """The mean at each of these values; they are copied."""
        sums = np.concatenate([self._sums, self._sums[-1] + np.cumsum(values, dtype=float)])
        ends = np.arange(len(self._sums), len(sums))
        begins = np.maximum(ends - self._window, 0)
        means = (sums[ends] - sums[begins]) / (ends - begins)
        self._sums = sums[-(self._window + 1):] - sums[-(self._window + 1):][0]
        return means


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ring")
    parser.add_argument("--window", type=int, default=1000, help="flights: 1000")
    parser.add_argument("--name", default="rolling", help="of the consumer")
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two lines: 0.5")
    options = parser.parse_args()

    delay, late = RollingMean(options.window), RollingMean(options.window)
    count, began, told = 0, time.monotonic(), 0.0
    worst = -np.inf
    with sluice.attach(options.ring, options.name, start_at="oldest", appear_within=10,
                       max_batch=4096) as flights:
        for batch in flights:
            means = delay.add(batch.array["delay"])
            shares = late.add(batch.array["delay"] > 0)
            count += len(batch)
            worst = max(worst, means.max())
            if time.monotonic() - told > options.every:
                told = time.monotonic()
                print(f"{count} flights: {means[-1]:.2f} minutes late, {shares[-1]:.0%} late",
                      flush=True)
        status = flights.status.name.lower()
    if count == 0:
        print(f"no flights, {status}")
        return
    seconds = time.monotonic() - began
    print(f"{count} flights in {seconds:.2f} s: {means[-1]:.2f} minutes late at the end, "
          f"{worst:.2f} at the worst, {shares[-1]:.0%} late, {status}")


if __name__ == "__main__":
    main()
