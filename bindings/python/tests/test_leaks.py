"""Nothing is left behind by a million batches."""

import gc
import sys

import numpy as np
import pytest

import sluice


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def check(step, count: int) -> None:
    for _ in range(1000):
        step()
    gc.collect()
    blocks, memory = sys.getallocatedblocks(), resident()
    for _ in range(count):
        step()
    gc.collect()
    assert sys.getallocatedblocks() - blocks < 100
    assert resident() - memory < 4 << 20


def test_a_million_batches_of_records_leave_nothing(name):
    with sluice.create(name, "u8", 64) as ring, sluice.attach(name, dtype="u8") as reader:
        one = np.zeros(1, "u8")

        def step():
            ring.send(one)
            assert next(reader).array.base is not None
        check(step, 1_000_000)


def test_claims_waits_and_copies_leave_nothing(name):
    with sluice.create(name, "u8", 64) as ring, sluice.attach(name, dtype="u8") as reader:
        def step():
            ring.claim(2)[:] = 1
            ring.publish()
            batch = reader.wait()
            batch.copy(), list(batch), batch.status, len(batch)
            reader.commit()
            assert not reader.wait(timeout=0)
        check(step, 20_000)


def test_messages_leave_nothing(name):
    with sluice.messages.create(name, capacity=64) as ring, sluice.messages.attach(name) as reader:
        def step():
            ring.send(b"one")
            ring.claim(100)[:3] = b"two"
            ring.finish(3)
            ring.publish()
            assert [bytes(message.bytes[:2]) for message in next(reader)] == [b"on", b"tw"]
        check(step, 50_000)


def test_roles_and_errors_leave_nothing(name):
    def step():
        with sluice.create(name, "u8", 8, when_taken="replace") as ring:
            with sluice.attach(name, dtype="u8") as reader, sluice.observe(name) as seen:
                ring.send([1])
                reader.wait().array, seen.read(timeout=0)
                with pytest.raises(sluice.InvalidArgument):
                    ring.publish(-1)
        with pytest.raises(sluice.NotFound):
            sluice.attach(name + "-none")
    for _ in range(50):
        step()
    gc.collect()
    blocks = sys.getallocatedblocks()
    for _ in range(300):
        step()
    gc.collect()
    assert sys.getallocatedblocks() - blocks < 300
