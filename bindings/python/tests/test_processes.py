"""Streams between processes: C++ to Python, Python to C++, Python to Python; and their deaths."""

import os
import signal

import numpy as np
import pytest

import sluice
from conftest import eventually
from quotes import QUOTE, quotes

PUBLISH = """
    sys.path.insert(0, sys.argv[3])
    from quotes import QUOTE, quotes
    with sluice.create_or_open(sys.argv[1], QUOTE, 1024, record_name="Quote",
                               take_over_within=30) as ring:
        ring.wait_for_consumers("reader", timeout=30)
        count = int(sys.argv[2])
        while count == 0 or ring.last_published + 1 < count:
            first = ring.last_published + 1
            ring.send(quotes(first, min(100, count - first) if count else 100))
        ring.close()
"""
CONSUME = """
    sys.path.insert(0, sys.argv[3])
    from quotes import QUOTE, quotes
    with sluice.attach(sys.argv[1], "reader", dtype=QUOTE, start_at="oldest", on_death="hold",
                       appear_within=30) as reader:
        print("attached")
        count, first = 0, None
        for batch in reader:
            first = batch.first if first is None else first
            assert batch.first == first + count, (batch.first, first, count)
            assert (batch.array == quotes(batch.first, len(batch))).all()
            count += len(batch)
        print(count, reader.status.name)
"""
HERE = os.path.dirname(__file__)


@pytest.fixture(params=["C++", "Python"])
def publish(request, peer, python):
    """A process that publishes so many quotes; without an end, 0."""
    if request.param == "C++":
        return lambda name, count: peer("publish", name, count, "reader")
    return lambda name, count: python(PUBLISH, name, count, HERE)


@pytest.fixture(params=["C++", "Python"])
def consume(request, peer, python):
    """A process that consumes all quotes as "reader", and its words for how a stream ends."""
    if request.param == "C++":
        return lambda name: peer("consume", name, "reader")
    return lambda name: python(CONSUME, name, 0, HERE)


@pytest.mark.parametrize("count", [1, 50_000])
def test_every_record_comes_whole_and_once(name, publish, consume, count):
    reader, producer = consume(name), publish(name, count)
    reader.says("attached")
    assert producer.result() == ""
    assert reader.result().lower() == f"{count} closed"


def test_a_killed_producer_is_told_and_followed_at_the_next_record(name, publish):
    producer = publish(name, 0)
    with sluice.attach(name, "reader", appear_within=30, dtype=QUOTE, without_producer="stay") as reader:
        count = 0
        for batch in reader:
            assert (batch.array == quotes(batch.first, len(batch))).all()
            count += len(batch)
            if count > 2000:
                break
        reader.commit()
        producer.send_signal(signal.SIGKILL)
        producer.wait()
        with sluice.attach(name, "other", start_at="oldest") as other:
            while batch := other.wait():
                other.commit()
            assert batch.status is sluice.Status.PEER_DIED and other.status is sluice.Status.PEER_DIED
        successor = publish(name, 60_000)
        for batch in reader:
            assert batch.first == count
            assert (batch.array == quotes(count, len(batch))).all()
            count += len(batch)
        assert count == 60_000 and reader.status is sluice.Status.CLOSED
        successor.result()


def test_a_producer_that_left_is_told(name):
    with sluice.create(name, QUOTE, 8) as ring, sluice.attach(name) as reader:
        ring.send(quotes(0, 3))
        ring.leave()
        assert [len(batch) for batch in reader] == [3]
        assert reader.status is sluice.Status.PEER_LEFT


def test_a_killed_consumer_s_row_is_held_for_its_successor_of_either_language(name, consume):
    with sluice.create(name, QUOTE, 64, record_name="Quote") as ring:
        reader = consume(name)
        reader.says("attached")
        ring.send(quotes(0, 500))
        reader.send_signal(signal.SIGKILL)
        reader.wait()
        with pytest.raises(sluice.TimedOut):
            ring.send(quotes(500, 1000), timeout=0.1)
        first = ring.last_published + 1
        with sluice.attach(name, "reader", on_death="hold", dtype=QUOTE) as successor:
            held = successor.next_sequence
            assert held <= 500 and successor.lost[1] == 0
            ring.send(quotes(first, 0))
            batch = successor.wait()
            assert batch.first == held
            assert (batch.array == quotes(held, len(batch))).all()
            successor.rewind()
        # Left, and held again: the next of that name reads the same record first.
        after = consume(name)
        after.says("attached")
        ring.send(quotes(first, 100))
        ring.close()
        assert after.result().lower() == f"{first + 100 - held} closed"


def test_a_killed_consumer_without_hold_is_released(name, python):
    with sluice.create(name, QUOTE, 8) as ring:
        reader = python("""
            reader = sluice.attach(sys.argv[1], "reader")
            print("attached")
            reader.wait()
            print("waited")
            time.sleep(1000)
            """, name)
        reader.says("attached")
        ring.send(quotes(0, 8))
        reader.says("waited")
        with pytest.raises(sluice.TimedOut):
            ring.claim(timeout=0.05)
        reader.send_signal(signal.SIGKILL)
        assert len(ring.claim(timeout=60)) > 0
        ring.abandon()


def test_a_stalled_consumer_is_evicted_and_told_what_it_lost(name, python):
    with sluice.create(name, QUOTE, 8) as ring:
        with sluice.attach(name, "slow", evict_after=0.05) as slow:
            ring.send(quotes(0, 8))
            batch = slow.wait()
            producer = python("""
                sys.path.insert(0, sys.argv[2])
                from quotes import QUOTE, quotes
                ring = sluice.open(sys.argv[1], take_over_within=60)
                ring.send(quotes(8, 20))
                print("sent")
                sys.stdin.read()
                """, name, HERE)
            ring.leave()
            producer.says("sent")
            assert len(batch.array) == 8  # and reading it does no harm
            with pytest.raises(sluice.Evicted, match=f"{name}.*evict_after"):
                slow.commit()
            with pytest.raises(sluice.Evicted):
                slow.wait()
        with sluice.attach(name, "slow") as again:
            assert again.lost == (0, 28)


def test_a_resigned_row_is_given_up(name):
    with sluice.create(name, QUOTE, 8) as ring:
        with sluice.attach(name, "held", on_death="hold") as reader:
            reader.resign()
        ring.send(quotes(0, 20), timeout=60)
        ring.leave()
        sluice.remove_segment(name)


def test_a_held_consumer_s_row_can_be_removed(name):
    with sluice.create(name, QUOTE, 8) as ring:
        with sluice.attach(name, "held", on_death="hold"):
            with pytest.raises(sluice.InUse):
                sluice.remove_consumer(name, "held")
        ring.send(quotes(0, 3))
        with pytest.raises(sluice.TimedOut):
            ring.send(quotes(3, 20), timeout=0.01)
        sluice.remove_consumer(name, "held")
        ring.send(quotes(0, 20), timeout=60)


def test_messages_pass_between_interpreters(name, python):
    reader = python("""
        with sluice.messages.attach(sys.argv[1], "reader", appear_within=30) as reader:
            total = 0
            for batch in reader:
                for message in batch:
                    assert bytes(message) == bytes([message.kind]) * (message.sequence % 5000)
                    total += len(message)
            print(total, reader.status.name)
        """, name)
    with sluice.messages.create(name, payload_bytes=1 << 16, capacity=64) as ring:
        ring.wait_for_consumers("reader", timeout=60)
        for i in range(2000):
            ring.send(bytes([i % 256]) * (i % 5000), i % 256)
        ring.close()
        assert reader.result() == f"{sum(i % 5000 for i in range(2000))} CLOSED"


def test_a_producer_that_is_killed_in_the_middle_of_a_claim_leaves_nothing_of_it(name, python):
    producer = python("""
        ring = sluice.create(sys.argv[1], "u8", 8)
        ring.send([1, 2])
        view = ring.claim(3)
        view[:] = 0xff
        print("claimed")
        time.sleep(1000)
        """, name)
    producer.says("claimed")
    with sluice.attach(name, start_at="oldest", dtype="u8") as reader:
        producer.kill()
        eventually(lambda: producer.poll() is not None)
        with sluice.open(name, dtype="u8", take_over_within=60) as ring:
            ring.send(np.array([3], "u8"))
            seen = []
            while len(seen) < 3:
                seen += reader.wait().array.tolist()
                reader.commit()
            assert seen == [1, 2, 3]
