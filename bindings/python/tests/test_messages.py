"""Messages of any length."""

import numpy as np
import pytest

import sluice
from sluice import messages

SIZES = [0, 1, 39, 40, 41, 1000, 100_000]


@pytest.fixture
def ring(name):
    with messages.create(name, payload_bytes=1 << 20) as made:
        yield made


def test_messages_of_every_size_come_as_they_were_sent(ring):
    with messages.attach(ring.segment) as reader:
        sent = [bytes([size % 251]) * size for size in SIZES]
        for kind, message in enumerate(sent):
            ring.send(message, kind)
        ring.close()
        seen = [(message.kind, message.sequence, bytes(message)) for batch in reader for message in batch]
        assert seen == [(i, i, message) for i, message in enumerate(sent)]
        assert reader.status is sluice.Status.CLOSED


def test_a_message_is_a_read_only_memoryview_in_place(ring):
    with messages.attach(ring.segment) as reader:
        ring.send(np.arange(1000.0))
        message = reader.wait()[0]
        assert isinstance(message.bytes, memoryview) and message.bytes.readonly
        assert len(message) == 8000
        assert np.frombuffer(message.bytes)[7] == 7
        with pytest.raises(TypeError):
            message.bytes[0] = 1


def test_the_loop_s_own_memoryview_is_released_at_the_next_batch(ring):
    with messages.attach(ring.segment, max_batch=1) as reader:
        ring.send(b"one")
        ring.send(b"two")
        own = next(reader)[0].bytes
        assert bytes(next(reader)[0]) == b"two"
        with pytest.raises(ValueError, match="released"):
            own[0]


@pytest.mark.parametrize("view", [
    lambda message: memoryview(message), lambda message: message.bytes[1:],
    lambda message: np.frombuffer(message.bytes, "u1"), lambda message: np.frombuffer(message, "u1")])
def test_a_view_that_lives_is_told_before_its_message_is_committed(ring, view):
    with messages.attach(ring.segment) as reader:
        ring.send(b"hello")
        message = next(reader)[0]
        kept = view(message)
        with pytest.raises(sluice.LiveView, match=ring.segment):
            reader.commit()
        assert reader.last_committed == -1
        del kept
        reader.commit()
        with pytest.raises(sluice.InvalidArgument, match="over"):
            bytes(message)


def test_a_message_is_written_in_place(ring):
    with messages.attach(ring.segment) as reader:
        room = ring.claim(1000)
        assert not room.readonly and len(room) == 1000
        room[:5] = b"hello"
        ring.finish(5, kind=7)
        with pytest.raises(ValueError, match="released"):
            room[0] = 1
        ring.publish()
        message = reader.wait()[0]
        assert bytes(message) == b"hello" and message.kind == 7


def test_a_view_of_a_claim_is_told_before_the_message_is_finished(ring):
    room = np.frombuffer(ring.claim(80), "f8")
    with pytest.raises(sluice.LiveView):
        ring.finish(80)
    room[:] = 1
    del room
    ring.finish(80)
    ring.publish()
    assert ring.last_published == 0


def test_what_is_wrong_with_a_message_is_told(ring):
    with pytest.raises(sluice.TooLarge, match=ring.segment):
        ring.send(bytes(ring.longest + 1))
    ring.claim(10)
    with pytest.raises(sluice.InvalidArgument, match="finish|size"):
        ring.finish(11)
    ring.abandon()
    with pytest.raises(TypeError):
        ring.send("text")
    with pytest.raises(sluice.RecordMismatch, match="messages"):
        sluice.attach(ring.segment)


def test_a_segment_of_records_is_none_of_messages(name):
    with sluice.create(name, "f8", 8):
        for attach in (messages.attach, messages.observe):
            with pytest.raises(sluice.RecordMismatch, match=name):
                attach(name)


def test_an_observer_copies_messages(ring):
    ring.send(b"one", 1)
    with messages.observe(ring.segment, start_at="oldest") as seen:
        message = seen.read()
        assert (message.bytes, message.kind, message.sequence, message.lost) == (b"one", 1, 0, 0)
        assert not seen.read(timeout=0)
        ring.close()
        assert list(seen) == []


def test_a_producer_of_messages_goes_on(ring):
    ring.send(b"one")
    ring.leave()
    with messages.open(ring.segment) as successor:
        successor.send(b"two")
        assert successor.last_published == 1
    with messages.create_or_open(ring.segment, payload_bytes=1 << 20) as successor:
        assert successor.last_published == 1


def test_after_a_part_was_committed_the_rest_comes_by_a_rewind(ring):
    with messages.attach(ring.segment) as reader:
        for i in range(4):
            ring.send(b"%d" % i)
        assert len(reader.wait()) == 4
        reader.commit(1)
        reader.rewind()
        assert reader.wait().copy() == [b"1", b"2", b"3"]


@pytest.mark.parametrize("view", [
    memoryview, lambda message: message.bytes[0:], lambda message: np.frombuffer(message.bytes, "u1")])
def test_a_view_outlives_its_role_and_keeps_it_in_the_segment_until_then(ring, view):
    reader = messages.attach(ring.segment, "reader")
    ring.send(b"first")
    ring.send(b"hello")
    batch = reader.wait()
    other, kept = memoryview(batch[0]), view(batch[1])
    with pytest.warns(ResourceWarning, match=ring.segment):
        reader.leave()
    assert bytes(kept) == b"hello" and bytes(other) == b"first"
    del other
    assert "reader" in str(sluice.dump_segment(ring.segment)["consumers"])
    with pytest.raises(sluice.InUse):
        messages.attach(ring.segment, "reader")
    with pytest.raises(sluice.InvalidArgument, match="over"):
        bytes(batch[1])
    del kept
    messages.attach(ring.segment, "reader").leave()


def test_messages_that_are_kept_keep_no_role_that_has_left(ring, recwarn):
    with messages.attach(ring.segment, "reader") as reader:
        ring.send(b"hello")
        batch = reader.wait()
        message = batch[0]
        own = message.bytes
    assert [str(warning.message) for warning in recwarn] == []
    messages.attach(ring.segment, "reader").leave()
    for call in (lambda: bytes(message), lambda: own[0], batch.copy):
        with pytest.raises(ValueError):
            call()


def test_a_role_that_was_dropped_has_left(name):
    ring = messages.create(name, capacity=8)
    reader = messages.attach(name, "reader")
    ring.send(b"hello")
    batch = reader.wait()
    assert batch[0].bytes == b"hello"
    del batch, reader
    messages.attach(name, "reader").leave()
    room = ring.claim(5)
    room[:] = b"hello"
    del room, ring
    sluice.remove_segment(name)


def test_a_role_that_was_dropped_stays_until_its_last_view_is_gone(ring):
    view = messages.attach(ring.segment, "reader", start_at="oldest")
    ring.send(b"hello")
    view = view.wait()[0].bytes
    assert view == b"hello"
    with pytest.raises(sluice.InUse):
        messages.attach(ring.segment, "reader")
    del view
    messages.attach(ring.segment, "reader").leave()


def test_a_producer_leaves_with_the_last_view_of_its_claim(name):
    ring = messages.create(name, capacity=8)
    view = np.frombuffer(ring.claim(8), "u1")
    with pytest.warns(ResourceWarning, match=name):
        ring.leave()
    view[:] = 1
    with pytest.raises(sluice.InUse):
        messages.open(name)
    del view
    messages.open(name).leave()
