"""How long views live, and what they keep."""

import gc

import numpy as np
import pytest

import sluice

TICK = np.dtype([("time", "u8"), ("price", "f8")])


@pytest.fixture
def ring(name):
    with sluice.create(name, TICK, 64) as made:
        yield made


@pytest.fixture
def reader(ring):
    with sluice.attach(ring.segment) as made:
        ring.send(np.zeros(10, TICK))
        yield made


@pytest.mark.parametrize("view", [
    lambda batch: batch.array, lambda batch: batch.array["price"], lambda batch: batch.array[2:5],
    lambda batch: batch.array[0], lambda batch: memoryview(batch.array), lambda batch: batch.array.base,
    lambda batch: iter(batch.array), lambda batch: batch.array["time"].reshape(2, 5)])
def test_a_view_that_lives_is_told_before_its_batch_is_committed(ring, reader, view):
    batch = next(reader)
    kept = view(batch)
    for step in (lambda: next(reader), reader.commit, lambda: reader.commit(1)):
        with pytest.raises(sluice.LiveView, match=f"segment {ring.segment}: .*copy()"):
            step()
        assert reader.last_committed == -1
    assert len(batch) == 10
    del kept
    gc.collect()
    reader.commit()
    assert reader.last_committed == 9


def test_arrays_that_are_kept_end_a_loop_at_its_second_step(ring, reader):
    ring.send(np.zeros(10, TICK))
    kept = []
    with pytest.raises(sluice.LiveView):
        for batch in reader:
            kept.append(batch.array)
            ring.send(np.zeros(1, TICK))
    assert len(kept) == 1
    kept.clear()
    reader.commit()


@pytest.mark.parametrize("copy", [
    lambda batch: batch.copy(), lambda batch: batch.array["price"] * 2, list,
    lambda batch: batch.array["price"].sum(), lambda batch: batch.array.tolist()])
def test_what_is_copied_is_in_nobody_s_way(ring, reader, copy):
    kept = []
    ring.close()
    for batch in reader:
        kept.append(copy(batch))
    assert reader.status is sluice.Status.CLOSED and len(kept) == 1


def test_views_of_several_batches_are_all_looked_at(ring, reader):
    ring.send(np.zeros(1, TICK))
    with sluice.attach(ring.segment, start_at="oldest", max_batch=4) as other:
        first, second = other.wait(), other.wait()
        kept = first.array[:1]
        assert len(second.array) == 4
        with pytest.raises(sluice.LiveView):
            other.commit()
        del kept
        other.commit()
        for batch in (first, second):
            with pytest.raises(sluice.InvalidArgument, match="over"):
                batch.array


def test_a_batch_that_was_dropped_does_not_hide_its_array(reader):
    array = reader.wait().array
    with pytest.raises(sluice.LiveView):
        reader.commit()
    del array
    reader.commit()


def test_a_view_outlives_its_role_and_keeps_it_in_the_segment_until_then(name):
    ring = sluice.create(name, TICK, 64)
    reader = sluice.attach(name, "reader")
    ring.send(np.ones(3, TICK))
    view = reader.wait().array["price"]
    with pytest.warns(ResourceWarning, match=name):
        reader.leave()
    assert view.tolist() == [1, 1, 1]
    assert "reader" in str(sluice.dump_segment(name)["consumers"])
    with pytest.raises(sluice.InUse):
        sluice.attach(name, "reader")
    del view
    sluice.attach(name, "reader").leave()
    ring.leave()


def test_a_role_that_was_dropped_has_left(name):
    ring = sluice.create(name, TICK, 64)
    reader = sluice.attach(name, "reader")
    del reader
    sluice.attach(name, "reader").leave()
    del ring
    sluice.remove_segment(name)


def test_a_role_that_has_left_says_so(name):
    with sluice.create(name, TICK, 64) as ring, sluice.attach(name) as reader:
        ring.send(np.zeros(3, TICK))
        batch = reader.wait()
        for role, calls in ((reader, ("wait", "commit", "rewind", "resign", "arm")),
                            (ring, ("claim", "publish", "abandon", "close"))):
            role.leave()
            role.leave()
            assert not role.attached and "left" in repr(role)
            for call in calls:
                with pytest.raises(sluice.InvalidArgument, match="left.*attach again"):
                    getattr(role, call)()
        with pytest.raises(sluice.InvalidArgument):
            batch.array
        with pytest.raises(sluice.InvalidArgument):
            reader.lag
        with pytest.raises(sluice.InvalidArgument):
            sluice.Consumer().wait()


def test_a_view_of_a_batch_cannot_be_written(reader):
    batch = reader.wait()
    with pytest.raises(ValueError, match="read-only"):
        batch.array["price"] = 1
    with pytest.raises(ValueError):
        batch.array.flags.writeable = True
