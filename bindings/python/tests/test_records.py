"""Claiming, sending, waiting and committing."""

import numpy as np
import pytest

import sluice

TICK = np.dtype([("time", "u8"), ("price", "f8"), ("name", "S12"), ("n", "i4")])
LAYOUTS = ["stamped", "packed", "stamped_lines"]


def ticks(first: int, count: int) -> np.ndarray:
    made = np.zeros(count, TICK)
    made["time"] = np.arange(first, first + count)
    made["price"] = made["time"] / 2
    return made


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_batch_is_the_records_in_place(name, layout):
    with sluice.create(name, TICK, 64, slot_layout=layout) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 10))
        batch = reader.wait()
        assert batch.status is sluice.Status.OK and batch.first == 0 and len(batch) == 10
        assert batch.array.dtype == TICK
        assert batch.array.strides == (reader.stride,)
        assert not batch.array.flags.owndata and not batch.array.flags.writeable
        assert (batch.array == ticks(0, 10)).all()
        assert batch.array is batch.array


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_record_comes_once_and_in_order_across_the_end_of_the_ring(name, layout):
    with sluice.create(name, TICK, 64, slot_layout=layout) as ring, sluice.attach(name) as reader:
        seen = 0
        for first in range(0, 1000, 50):
            ring.send(ticks(first, 50))
            while seen < first + 50:
                batch = next(reader)
                assert (batch.array == ticks(seen, len(batch))).all()
                seen += len(batch)
                reader.commit()
        ring.close()
        assert list(reader) == [] and reader.status is sluice.Status.CLOSED and reader.lag == 0


def test_a_ring_may_begin_at_any_sequence(name):
    with sluice.create(name, TICK, 8, first_sequence=1005) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 3))
        batch = reader.wait()
        assert batch.first == 1005 and batch.array["time"].tolist() == [0, 1, 2]
        assert ring.last_published == 1007


def test_claimed_records_are_a_writable_view_until_they_are_published(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        view = ring.claim(3)
        view["time"] = [7, 8, 9]
        assert ring.last_claimed == 2 and ring.last_published == -1
        assert not reader.wait(timeout=0)
        ring.publish()
        with pytest.raises(ValueError, match="read-only"):
            view["time"] = 1
        assert reader.wait().array["time"].tolist() == [7, 8, 9]
        del view


def test_a_part_of_what_is_claimed_can_be_published_and_the_rest_given_back(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        view = ring.claim(5)
        view["time"] = range(5)
        ring.publish(2)
        view["time"][2] = 99
        ring.abandon()
        with pytest.raises(ValueError, match="read-only"):
            view["time"][2] = 100
        assert reader.wait().array["time"].tolist() == [0, 1]
        assert ring.last_claimed == 1
        del view


def test_a_claim_of_a_full_ring_ends_with_its_timeout(name):
    with sluice.create(name, TICK, 8) as ring, sluice.attach(name) as reader:
        assert len(ring.claim(100)) == 8
        ring.publish()
        with pytest.raises(sluice.TimedOut, match=name):
            ring.claim(1, timeout=0.01)
        with pytest.raises(sluice.TimedOut) as error:
            ring.send(ticks(0, 3), timeout=0)
        assert error.value.sent == 0 and isinstance(error.value, TimeoutError)
        assert len(reader.wait()) == 8


def test_a_send_that_times_out_tells_how_many_went(name):
    with sluice.create(name, TICK, 8) as ring, sluice.attach(name):
        with pytest.raises(sluice.TimedOut) as error:
            ring.send(ticks(0, 11), timeout=0.01)
        assert error.value.sent == 8


@pytest.mark.parametrize("records", [
    ticks(0, 4), np.repeat(ticks(0, 4), 2)[::2],
    [(0, 0.0, b"", 0), (1, 0.5, b"", 0), (2, 1.0, b"", 0), (3, 1.5, b"", 0)],
    np.ascontiguousarray(np.stack([ticks(0, 4), ticks(0, 4)]).T)[:, 0], ticks(0, 4).reshape(2, 2)])
def test_what_numpy_makes_an_array_of_can_be_sent(name, records):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(records)
        assert (reader.wait().array == ticks(0, 4)).all()


def test_a_reversed_array_and_one_record_can_be_sent(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 3)[::-1])
        ring.send(ticks(5, 2)[1])
        ring.send(ticks(0, 0))
        ring.send((7, 3.5, b"", 0))
        assert reader.wait().array["time"].tolist() == [2, 1, 0, 6, 7]


@pytest.mark.parametrize("records", [["a"], None, object(), b"bytes", (7, 3.5), [(7, 3.5)]])
def test_what_is_no_record_is_refused_and_nothing_is_sent(name, records):
    with sluice.create(name, TICK, 64) as ring:
        with pytest.raises((TypeError, ValueError)):
            ring.send(records)
        assert ring.last_published == -1


def test_a_part_of_a_batch_can_be_committed(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 10))
        batch = reader.wait()
        reader.commit(4)
        assert reader.last_committed == 3
        assert batch.first == 4 and batch.array["time"].tolist() == [4, 5, 6, 7, 8, 9]
        reader.commit()
        assert reader.last_committed == 9
        with pytest.raises(sluice.InvalidArgument, match="copy"):
            batch.array


def test_what_a_part_leaves_of_a_batch_is_there_after_a_wait_that_had_nothing(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 5))
        batch = reader.wait()
        nothing = reader.wait(timeout=0)
        reader.commit(3)
        assert reader.last_committed == 2
        assert batch.first == 3 and batch.array["time"].tolist() == [3, 4]
        assert len(nothing) == 0 and nothing.array.dtype == TICK


def test_a_part_of_the_last_of_several_batches_can_be_committed(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name, max_batch=4) as reader:
        ring.send(ticks(0, 8))
        before, batch = reader.wait(), reader.wait()
        reader.commit(0)
        assert reader.last_committed == 3 and len(batch) == 4
        reader.commit(1)
        assert reader.last_committed == 4 and batch.array["time"].tolist() == [5, 6, 7]
        with pytest.raises(sluice.InvalidArgument, match="over"):
            before.array


def test_after_a_rewind_the_records_come_again(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(ticks(0, 10))
        assert len(reader.wait()) == 10 and reader.next_sequence == 10
        reader.rewind()
        assert reader.next_sequence == 0
        assert reader.wait().array["time"].tolist() == list(range(10))


def test_iterating_a_batch_gives_records_that_may_be_kept(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name, start_at="oldest") as reader:
        ring.send(ticks(0, 5))
        ring.close()
        kept = [record for batch in reader for record in batch]
        assert [record["time"] for record in kept] == [0, 1, 2, 3, 4]


def test_a_loop_that_is_left_has_not_committed_its_last_batch(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name, max_batch=4) as reader:
        ring.send(ticks(0, 10))
        for batch in reader:
            if batch.first == 4:
                break
        assert reader.last_committed == 3
        assert next(reader).first == 8 and reader.last_committed == 7


def test_the_limits_of_options_are_told(name):
    for options, what in (({"capacity": 3}, "capacity"), ({"capacity": -1}, "capacity"),
                          ({"capacity": 8, "slot_layout": "wide"}, "slot_layout"),
                          ({"capacity": 8, "max_consumers": 65}, "1 to 64"),
                          ({"capacity": 8, "max_consumers": 2**40}, "max_consumers"),
                          ({"capacity": 8, "memory": ["fast"]}, "memory"),
                          ({"capacity": 8, "wait_strategy": (1, -1)}, "wait_strategy"),
                          ({"capacity": 8, "directory": "/nowhere"}, "/nowhere")):
        with pytest.raises(sluice.Error, match=what):
            sluice.create(name, TICK, **options)


def test_create_or_open_creates_and_then_goes_on(name):
    with sluice.create_or_open(name, TICK, 64) as ring:
        ring.send(ticks(0, 3))
    with sluice.create_or_open(name, TICK, 64) as ring:
        assert ring.last_published == 2
    with sluice.open(name) as ring:
        assert ring.dtype == TICK
        with pytest.raises(sluice.InUse, match=name):
            sluice.open(name)
        with pytest.raises(sluice.TimedOut, match=name):
            sluice.open(name, take_over_within=0.03)


def test_create_or_open_is_held_to_the_record_s_name_and_alignment(name):
    sluice.create(name, "u8", 8, record_name="A", alignment=8).leave()
    with pytest.raises(sluice.RecordMismatch, match="recordName: found 'A', expected 'B'"):
        sluice.create_or_open(name, "u8", 8, record_name="B")
    with pytest.raises(sluice.RecordMismatch, match="recordName: found 'A', expected no name"):
        sluice.create_or_open(name, "u8", 8, record_name="")
    with pytest.raises(sluice.RecordMismatch, match="recordAlignment: found 8, expected 4"):
        sluice.create_or_open(name, "u8", 8, alignment=4)
    for chosen in ({}, {"record_name": "A"}, {"alignment": 8}):
        with sluice.create_or_open(name, "u8", 8, **chosen) as ring:
            assert ring._record[0] == "A"


@pytest.mark.parametrize("chosen, record", [({}, ("", 8)), ({"record_name": "B", "alignment": 4}, ("B", 4))])
def test_create_or_open_begins_a_closed_stream_anew_whatever_its_record_was(name, chosen, record):
    with sluice.create(name, "u4", 8, record_name="A") as ring:
        ring.close()
    with sluice.create_or_open(name, TICK, 8, **chosen) as ring:
        assert ring.dtype == TICK and ring.last_published == -1
        assert (ring._record[0], ring._record[2]) == record


def test_create_or_open_takes_no_segment_of_messages(name):
    sluice.messages.create(name, capacity=8).leave()
    with pytest.raises(sluice.RecordMismatch, match="messages"):
        sluice.create_or_open(name, TICK, 8)


def test_a_name_that_is_no_text_is_told(name):
    sluice.create(name, "u8", 8, record_name="Name").leave()
    with open(f"/dev/shm/{name}", "r+b") as file:
        start = file.read(4096).index(b"Name\0")
        file.seek(start + 3)
        file.write(b"\xff")
    with pytest.raises(sluice.RecordMismatch, match=r"found 'Nam\?', expected 'Other'"):
        sluice.create_or_open(name, "u8", 8, record_name="Other")


def test_one_deadline_is_for_the_look_and_the_attach(name, monkeypatch):
    deadlines = []

    def telling(kind):
        class Telling(kind):
            def _attach(self, segment, options):
                deadlines.append(options["appear_within"])
                super()._attach(segment, options)
        return Telling

    for kind in ("Consumer", "Observer"):
        monkeypatch.setattr(f"sluice._records.{kind}", telling(getattr(sluice, kind)))
    with sluice.create(name, TICK, 8):
        for attach in (sluice.attach, sluice.observe):
            attach(name, dtype=TICK, appear_within=30).leave()
            assert len(deadlines) == 2 and deadlines[0] == deadlines[1] > 0
            deadlines.clear()


def test_a_dtype_is_compared_with_the_segment_that_is_waited_for(name):
    sluice.create(name, "u4", 8).leave()
    with pytest.raises(sluice.TimedOut):
        sluice.attach(name, dtype="u8", attach_to="living_producer", appear_within=0.01)


def test_a_closed_stream_takes_no_more_records(name):
    with sluice.create(name, TICK, 64) as ring:
        ring.close()
        ring.close()
        with pytest.raises(sluice.Ended, match=name):
            ring.claim()
        with pytest.raises(sluice.Ended):
            ring.send(ticks(0, 1))


def test_an_observer_copies_and_tells_what_it_lost(name):
    with sluice.create(name, TICK, 8) as ring:
        ring.send(ticks(0, 6))
        with sluice.observe(name, start_at="oldest") as seen:
            first = seen.read(4)
            assert first.array["time"].tolist() == [0, 1, 2, 3]
            assert first.sequences.tolist() == [0, 1, 2, 3] and first.lost == 0
            ring.send(ticks(6, 100))
            rest = seen.read(timeout=0)
            assert rest.lost > 0 and rest.sequences[0] == 4 + rest.lost
            assert (rest.array["time"] == rest.sequences).all()
            nothing = seen.read(timeout=0)
            assert not nothing and nothing.status is sluice.Status.TIMED_OUT
            ring.close()
            assert list(seen) == []


def test_consumers_run_after_one_another(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name, "first") as first:
        with sluice.attach(name, "second", after=["first"]) as second:
            ring.send(ticks(0, 3))
            assert not second.wait(timeout=0)
            assert len(first.wait()) == 3
            first.commit()
            assert len(second.wait()) == 3
            assert first.name == "first"


def test_segments_are_listed_dumped_and_removed(name):
    ring = sluice.create(name, TICK, 64)
    assert name in sluice.list_segments()
    assert sluice.dump_segment(name)["producer"]["alive"]
    with pytest.raises(sluice.InUse):
        sluice.remove_segment(name)
    ring.leave()
    sluice.remove_segment(name)
    with pytest.raises(sluice.NotFound):
        sluice.dump_segment(name)
