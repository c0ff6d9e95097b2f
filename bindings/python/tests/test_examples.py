"""The examples in examples/python."""

import os
import sys

import numpy as np
import pytest

import sluice

SOURCES = os.environ["SLUICE_SOURCE_DIR"]
FLIGHT = np.dtype([("departure", "S16"), ("delay", "i4"), ("distance", "u4"), ("origin", "S4"),
                   ("destination", "S4")])


@pytest.fixture
def flights():
    """All flights of the example's file."""
    rows = np.genfromtxt(os.path.join(SOURCES, "examples/flights/flights.csv"), delimiter=",",
                         names=True, dtype=None, encoding="ascii")
    made = np.zeros(len(rows), FLIGHT)
    for ours, theirs in zip(FLIGHT.names, ("date", "delay", "distance", "origin", "destination")):
        made[ours] = rows[theirs]
    return made


def test_rolling_statistics_are_those_of_all_flights(name, start, flights):
    process = start(sys.executable, os.path.join(SOURCES, "examples/python/rolling_flights.py"), name,
                    "--window", "500", "--every", "100")
    with sluice.create(name, FLIGHT, 4096, record_name="Flight") as ring:
        ring.wait_for_consumers("rolling", timeout=60)
        ring.send(flights)
        ring.close()
        output = process.result().splitlines()[-1]
    last = flights["delay"][-500:]
    worst = np.convolve(flights["delay"], np.ones(500) / 500, "valid").max()
    assert output.startswith(f"{len(flights)} flights in ")
    assert f"{last.mean():.2f} minutes late at the end" in output
    assert f"{(last > 0).mean():.0%} late, closed" in output
    assert float(output.split(" at the worst")[0].split()[-1]) >= round(worst, 2)


def test_a_live_ring_is_plotted(name, start, flights, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "delay.png"
    with sluice.create(name, FLIGHT, 4096) as ring:
        ring.send(flights[:3000])
        process = start(sys.executable, os.path.join(SOURCES, "examples/python/plot_ring.py"), name,
                        "delay", "--seconds", "0.3", "--output", str(picture))
        assert process.result() == f"3000 records, 0 lost: {picture}"
    assert picture.read_bytes().startswith(b"\x89PNG")
