"""fork and spawn of multiprocessing."""

import multiprocessing
import pickle
import threading

import numpy as np
import pytest

import sluice


def calls(role) -> list:
    return [getattr(role, name) for name in ("wait", "commit", "arm", "claim", "publish", "close")
            if hasattr(role, name)]


def inherited(roles, view, answers) -> None:
    """Runs in a forked child."""
    told = []
    for role in roles:
        for call in calls(role):
            try:
                call()
            except sluice.Detached as error:
                told.append(str(error))
    answers.send((told, view.tolist()))


def attached(name, answers) -> None:
    with sluice.attach(name, start_at="oldest", dtype="u8") as reader:
        answers.send([record for batch in reader for record in batch.array.tolist()])


def run(context, target, *arguments):
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(*arguments, theirs))
    process.start()
    assert ours.poll(60)
    answer = ours.recv()
    process.join(60)
    assert process.exitcode == 0
    return answer


def test_a_role_in_a_forked_child_says_so_and_the_parent_s_goes_on(name):
    with sluice.create(name, "u8", 8) as ring, sluice.attach(name, dtype="u8") as reader:
        ring.send([1, 2, 3])
        view = reader.wait().array
        told, seen = run(multiprocessing.get_context("fork"), inherited, [ring, reader], view)
        assert len(told) == 7 and all("attach in the child" in text for text in told)
        assert len(seen) == 3  # the child's own memory
        assert view.tolist() == [1, 2, 3]
        del view
        reader.commit()
        ring.send([4])
        assert reader.wait().array.tolist() == [4]


def test_a_child_that_is_forked_while_a_thread_waits_is_told_the_same(name):
    with sluice.create(name, "u8", 8) as ring, sluice.attach(name, dtype="u8") as reader:
        thread = threading.Thread(target=reader.wait)
        thread.start()
        while True:
            try:
                reader.lag
            except sluice.InvalidArgument:
                break
        told, _ = run(multiprocessing.get_context("fork"), inherited, [reader], np.zeros(1))
        assert len(told) == 3 and all("attach in the child" in text for text in told)
        ring.send([1])
        thread.join()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_child_attaches_for_itself(name, method):
    with sluice.create(name, "u8", 8) as ring:
        ring.send([1, 2, 3])
        ring.close()
        assert run(multiprocessing.get_context(method), attached, name) == [1, 2, 3]


def test_a_role_is_not_sent_to_another_process(name):
    with sluice.create(name, "u8", 8) as ring, sluice.attach(name) as reader:
        for role in (ring, reader):
            with pytest.raises(TypeError, match="segment's name, and attach there"):
                pickle.dumps(role)


def test_exceptions_are_sent_to_another_process():
    error = pickle.loads(pickle.dumps(sluice.NotFound("/dev/shm/ticks", "open", "nothing", "it", "look")))
    assert str(error) == "segment /dev/shm/ticks: open: found nothing, expected it; look"
    assert error.advice == "look" and isinstance(error, FileNotFoundError)
