#!/usr/bin/env python3
"""Plots a field of a live ring to a PNG, without taking part in the stream.

    python3 examples/python/plot_ring.py flights delay --output delay.png
"""

import argparse
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

import sluice  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ring")
    parser.add_argument("field")
    parser.add_argument("--seconds", type=float, default=1, help="how long to look: 1")
    parser.add_argument("--output", default="ring.png", help="ring.png")
    options = parser.parse_args()

    sequences, values, lost = [], [], 0
    end = time.monotonic() + options.seconds
    with sluice.observe(options.ring, start_at="oldest", appear_within=10) as ring:
        while (left := end - time.monotonic()) > 0:
            seen = ring.read(4096, timeout=left)
            if not seen and seen.status is not sluice.Status.TIMED_OUT:
                break
            sequences.append(seen.sequences)
            values.append(seen.array[options.field])
            lost += seen.lost
    x, y = np.concatenate(sequences), np.concatenate(values)

    figure, (above, below) = plt.subplots(2, figsize=(8, 6), constrained_layout=True)
    above.plot(x, y, ".", markersize=2)
    above.set(title=f"{options.ring}: {len(x)} records, {lost} lost", xlabel="sequence",
              ylabel=options.field)
    below.hist(y, bins=60)
    below.set(xlabel=options.field, ylabel="records")
    figure.savefig(options.output)
    print(f"{len(x)} records, {lost} lost: {options.output}")


if __name__ == "__main__":
    main()
