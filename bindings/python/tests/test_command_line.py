"""python -m sluice."""

import os
import subprocess
import sys

import pytest

import sluice
from conftest import eventually


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "sluice", *arguments], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def ring(name):
    dtype = [("n", "i4"), ("levels", [("price", "f8"), ("name", "S4")], 2)]
    with sluice.create(name, dtype, 16) as made:
        made.send([(i, [(i / 2, "ab"), (i / 4, "cd")]) for i in range(12)])
        yield made


def test_list_names_the_segments(ring):
    assert ring.segment in run("list").splitlines()


def test_head_and_tail_print_records(ring):
    assert run("head", ring.segment, "-n", "2").splitlines()[1] == (
        "1: (1, [(0.5 , b'ab'), (0.25, b'cd')])")
    assert [line.split(":")[0] for line in run("tail", ring.segment, "-n", "3").splitlines()] == [
        "9", "10", "11"]


def test_csv_has_a_column_for_each_value(ring):
    assert run("tail", ring.segment, "--csv", "-n", "1").split() == [
        "sequence,n,levels[0].price,levels[0].name,levels[1].price,levels[1].name",
        "11,11,5.5,ab,2.75,cd"]


def test_messages_are_printed_too(name):
    with sluice.messages.create(name, capacity=8) as ring:
        ring.send(b"hello\xff", 3)
        assert run("head", name) == "0: (3, b'hello\\xff')\n"
        assert run("tail", name, "--csv").split() == ["sequence,kind,message", "0,3,hello\\xff"]


def test_tail_follows_until_the_stream_ends(ring, start):
    process = start(sys.executable, "-um", "sluice", "tail", "-f", "-n", "1", ring.segment)
    assert process.line().startswith("11:")
    ring.send([(12, [(0, ""), (0, "")])])
    assert process.line().startswith("12:")
    ring.close()
    assert process.result() == ""


def test_hz_tells_the_rate(ring, start):
    process = start(sys.executable, "-um", "sluice", "hz", ring.segment, "--seconds", "0.05", "-n", "1000")
    record = [(1, [(0, ""), (0, "")])]

    def rate() -> float:
        ring.send(record * 5)
        value, unit = process.line().split()
        assert unit == "Hz"
        return float(value)
    eventually(lambda: rate() > 0)


@pytest.mark.parametrize("first", [0, 1000])
def test_hz_counts_from_an_empty_ring_on(name, start, first):
    with sluice.create(name, "u8", 8, first_sequence=first) as ring:
        process = start(sys.executable, "-um", "sluice", "hz", name, "--seconds", "0.05", "-n", "1000")
        assert process.line() == "0 Hz"
        ring.send([0] * 5)
        rates = [0.0]
        eventually(lambda: rates.append(float(process.line().split()[0])) or rates[-1] > 0)
        assert rates[-1] <= 5 / 0.05


def test_hz_of_a_damaged_segment_says_so(name):
    sluice.create(name, "u8", 8).leave()
    os.truncate(f"/dev/shm/{name}", 100)
    done = subprocess.run([sys.executable, "-m", "sluice", "hz", name], capture_output=True, text=True)
    assert done.returncode == 1 and f"segment /dev/shm/{name}: header: found a damaged one" in done.stderr
    assert "Traceback" not in done.stderr
    sluice.remove_segment(name, even_if_foreign=True)


def test_what_is_wrong_is_told(name):
    done = subprocess.run([sys.executable, "-m", "sluice", "head", name], capture_output=True, text=True)
    assert done.returncode == 1 and f"segment /dev/shm/{name}: open" in done.stderr
    assert "Traceback" not in done.stderr
