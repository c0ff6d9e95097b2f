"""Waits: the interpreter's lock, signals, timeouts, threads and event loops."""

import asyncio
import os
import signal
import sys
import threading
import time

import numpy as np
import pytest

import sluice
from conftest import eventually

TICK = np.dtype([("time", "u8")])


@pytest.fixture
def ring(name):
    with sluice.create(name, TICK, 8) as made:
        yield made


def test_a_wait_ends_with_its_timeout(ring):
    with sluice.attach(ring.segment) as reader:
        before = time.monotonic()
        batch = reader.wait(timeout=0.05)
        assert time.monotonic() - before >= 0.05
        assert not batch and batch.status is sluice.Status.TIMED_OUT and len(batch.array) == 0
        for wrong in ("soon", float("nan"), object()):
            with pytest.raises((TypeError, ValueError)):
                reader.wait(timeout=wrong)


def test_other_threads_run_while_one_waits(ring):
    with sluice.attach(ring.segment) as reader:
        thread = threading.Timer(0.05, lambda: ring.send(np.zeros(1, TICK)))
        thread.start()
        assert len(reader.wait()) == 1
        thread.join()


def test_another_thread_s_call_is_refused_while_one_waits(ring):
    with sluice.attach(ring.segment) as reader:
        thread = threading.Thread(target=reader.wait)
        thread.start()
        refused = False
        while not refused:
            try:
                reader.lag
            except sluice.InvalidArgument as error:
                assert "one thread" in str(error)
                refused = True
        with pytest.raises(sluice.InvalidArgument):
            reader.leave()
        ring.send(np.zeros(1, TICK))
        thread.join()
        reader.commit()


def sleeps(process: int) -> bool:
    with open(f"/proc/{process}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "S"


WAITS = {
    "wait": "sluice.attach(name).wait()",
    "iterate": "next(sluice.attach(name))",
    "claim": "r = sluice.attach(name); ring.send(np.zeros(8, 'u8')); ring.claim()",
    "send": "r = sluice.attach(name); ring.send(np.zeros(9, 'u8'))",
    "large send": "r = sluice.attach(name); ring.send(np.zeros(100000, 'u8'))",
    "observe": "sluice.observe(name).read()",
    "appear": "sluice.attach(name + '-none', appear_within=None)",
    "take over": "sluice.open(name, take_over_within=None)",
    "consumers": "ring.wait_for_consumers('nobody')",
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS.keys())
def test_control_c_ends_a_wait(name, python, wait):
    process = python(f"""
        name = sys.argv[1]
        ring = sluice.create(name, 'u8', 8)
        try:
            print("ready")
            {wait}
        except KeyboardInterrupt:
            print("interrupted", time.monotonic())
        """, name)
    process.says("ready")
    eventually(lambda: sleeps(process.pid))
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    what, when = process.result().split()
    assert what == "interrupted" and float(when) > before
    print(f"{1000 * (float(when) - before):.0f} ms")


def test_a_handler_of_signals_runs_while_a_call_waits_and_may_not_use_the_role(ring):
    seen = []

    def handle(*_):
        try:
            reader.lag
        except sluice.InvalidArgument as error:
            seen.append(str(error))
        ring.send(np.zeros(1, TICK))

    old = signal.signal(signal.SIGUSR1, handle)
    try:
        with sluice.attach(ring.segment) as reader:
            threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
            assert len(reader.wait()) == 1
            assert "another call" in seen[0]
    finally:
        signal.signal(signal.SIGUSR1, old)


def test_a_role_serves_an_event_loop(ring):
    async def produce():
        for i in range(20):
            await asyncio.sleep(0.001)
            ring.send(np.full(1, i, TICK))
        ring.close()

    async def consume():
        with sluice.attach(ring.segment) as reader:
            task = asyncio.create_task(produce())
            seen = [time for batch in [b async for b in copies(reader)] for time in batch]
            await task
            assert seen == list(range(20)) and reader.status is sluice.Status.CLOSED

    async def copies(reader):
        async for batch in reader:
            yield batch.array["time"].tolist()

    asyncio.run(asyncio.wait_for(consume(), 60))


def test_a_loop_of_an_event_loop_tells_of_views_too(ring):
    async def consume():
        with sluice.attach(ring.segment) as reader:
            ring.send(np.zeros(1, TICK))
            kept = []
            with pytest.raises(sluice.LiveView):
                async for batch in reader:
                    kept.append(batch.array)

    asyncio.run(asyncio.wait_for(consume(), 60))


def test_a_wait_of_an_event_loop_can_be_cancelled_and_loses_nothing(ring):
    async def consume():
        with sluice.attach(ring.segment) as reader:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.async_wait(), 0.02)
            ring.send(np.full(1, 5, TICK))
            batch = await asyncio.wait_for(reader.async_wait(), 60)
            assert batch.array["time"].tolist() == [5]

    asyncio.run(consume())


def test_messages_serve_an_event_loop(name):
    async def consume():
        with sluice.messages.create(name, capacity=8) as ring:
            with sluice.messages.attach(name) as reader:
                asyncio.get_running_loop().call_later(0.02, ring.send, b"late")
                batch = await reader.async_wait()
                assert batch.copy() == [b"late"]
                ring.close()
                assert [one async for one in reader] == []

    asyncio.run(asyncio.wait_for(consume(), 60))


@pytest.mark.parametrize("end, error", [("leave", sluice.InvalidArgument), ("resign", sluice.Evicted)])
@pytest.mark.parametrize("create, attach", [
    (lambda name: sluice.create(name, TICK, 8), sluice.attach),
    (lambda name: sluice.messages.create(name, capacity=8), sluice.messages.attach)],
    ids=["records", "messages"])
def test_a_task_that_waits_for_a_role_is_told_that_it_has_ended(name, create, attach, end, error):
    async def consume():
        with create(name), attach(name, "reader") as reader:
            task = asyncio.create_task(reader.async_wait())
            while reader._awaited is None:
                await asyncio.sleep(0)
            getattr(reader, end)()
            with pytest.raises(error):
                await asyncio.wait_for(task, 60)

    asyncio.run(consume())


def test_the_loop_forgets_the_descriptor_of_a_role_that_leaves(ring):
    async def consume():
        reader = sluice.attach(ring.segment)
        task = asyncio.create_task(reader.async_wait())
        while reader._awaited is None:
            await asyncio.sleep(0)
        descriptor = reader.ready_descriptor()
        reader.leave()
        assert not asyncio.get_running_loop().remove_reader(descriptor)
        with pytest.raises(sluice.InvalidArgument, match="left"):
            await asyncio.wait_for(task, 60)

    asyncio.run(consume())


def test_a_second_task_that_waits_for_a_role_is_refused(ring):
    async def consume():
        with sluice.attach(ring.segment) as reader:
            task = asyncio.create_task(reader.async_wait())
            while reader._awaited is None:
                await asyncio.sleep(0)
            with pytest.raises(sluice.InvalidArgument, match="one task at a time"):
                await asyncio.wait_for(reader.async_wait(), 60)
            ring.send(np.zeros(1, TICK))
            assert len(await asyncio.wait_for(task, 60)) == 1

    asyncio.run(consume())


@pytest.fixture
def turns():
    """A list whose only number another thread raises whenever it gets the interpreter's lock, which
    nobody has to give up."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    counted = [0]
    is_over = threading.Event()

    def count():
        while not is_over.is_set():
            counted[0] += 1
            time.sleep(0)

    thread = threading.Thread(target=count)
    thread.start()
    yield counted
    is_over.set()
    thread.join()
    sys.setswitchinterval(interval)


LONG = 8 << 20


def test_other_threads_run_while_a_long_message_is_copied_in(name, turns):
    with sluice.messages.create(name, payload_bytes=2 * LONG) as ring:
        message = bytes(LONG)

        def runs() -> bool:
            before = turns[0]
            ring.send(message)
            return turns[0] > before
        eventually(runs)


def test_other_threads_run_while_a_long_message_is_copied_out(name, turns):
    with sluice.messages.create(name, payload_bytes=2 * LONG) as ring:
        ring.send(bytes(LONG))

        def runs() -> bool:
            with sluice.messages.observe(name, start_at="oldest") as reader:
                before = turns[0]
                seen = reader.read(timeout=0)
                after = turns[0]
            assert len(seen.bytes) == LONG
            return after > before
        eventually(runs)


def test_other_threads_run_while_long_records_are_copied_out(name, turns):
    with sluice.create(name, np.dtype((np.void, LONG // 4)), 4) as ring:
        ring.send(np.zeros(4, ring.dtype))

        def runs() -> bool:
            with sluice.observe(name, start_at="oldest") as reader:
                before = turns[0]
                seen = reader.read(4, timeout=0)
                after = turns[0]
            assert len(seen) == 4
            return after > before
        eventually(runs)
