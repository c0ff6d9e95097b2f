"""What Python does of the workload `bindings`: reads lines "work batch batches" and answers each with
the nanoseconds that the work took. `receive` has the name of a segment, too. Records are 64 bytes; what is summed is their first field."""

import multiprocessing
import os
import sys
import time

import numpy as np

try:
    import sluice
except ImportError:
    sluice = None
try:
    import zmq
except ImportError:
    zmq = None

RECORD = np.dtype([("value", "u8"), ("rest", "u8", (7,))])
CAPACITY = 8192
NAME = f"sluice-bench-python-{os.getpid()}"
now = time.perf_counter_ns


def records(batch):
    made = np.zeros(batch, RECORD)
    made["value"] = np.arange(batch)
    return made


def check(total, batch, batches):
    if total != batches * (batch * (batch - 1) // 2):
        raise SystemExit(f"a record was lost, doubled or changed: {total}")


def rounds(batch, batches):
    """How many batches fit into the ring at once, until there were so many."""
    while batches > 0:
        yield min(CAPACITY // batch, batches)
        batches -= CAPACITY // batch


def ring(batch):
    made = sluice.create(NAME, RECORD, CAPACITY, when_taken="replace", memory=["prefault"])
    return made, sluice.attach(NAME, "0", max_batch=batch, memory=["prefault"])


def consume(batch, batches):
    """Only the consumer's time: wait, sum of a field, commit."""
    data, total, taken = records(batch), 0, 0
    out, reader = ring(batch)
    with out, reader:
        for count in rounds(batch, batches):
            for _ in range(count):
                out.send(data)
            begin = now()
            for _ in range(count):
                total += int(next(reader).array["value"].sum())
            reader.commit()
            taken += now() - begin
    check(total, batch, batches)
    return taken


def wait(batch, batches):
    """Only wait and commit."""
    data, taken = records(batch), 0
    out, reader = ring(batch)
    with out, reader:
        for count in rounds(batch, batches):
            for _ in range(count):
                out.send(data)
            begin = now()
            for _ in range(count):
                next(reader)
            reader.commit()
            taken += now() - begin
    return taken


def receive(batch, batches, name):
    """The sum of a field of a stream that another program sends."""
    total, begin = 0, None
    with sluice.attach(name, "0", dtype=RECORD, max_batch=batch, appear_within=10,
                       memory=["prefault"]) as reader:
        for got in reader:
            begin = begin or now()
            total += int(got.array["value"].sum())
        taken = now() - begin
    check(total, batch, batches)
    return taken


def produce(batch, batches):
    """Only the producer's time: send(array)."""
    data, taken = records(batch), 0
    out, reader = ring(batch)
    with out, reader:
        for count in rounds(batch, batches):
            begin = now()
            for _ in range(count):
                out.send(data)
            taken += now() - begin
            for _ in range(count):
                next(reader)
            reader.commit()
    return taken


def send_all(batch, batches):
    data = records(batch)
    with sluice.open(NAME, take_over_within=10) as out:
        out.wait_for_consumers("0", timeout=10)
        for _ in range(batches):
            out.send(data)
        out.close()


def stream(batch, batches):
    """One process sends, another one sums."""
    sluice.create(NAME, RECORD, CAPACITY, when_taken="replace").leave()
    reader = sluice.attach(NAME, "0", max_batch=batch, without_producer="stay")
    child = multiprocessing.Process(target=send_all, args=(batch, batches))
    child.start()
    total, begin = 0, None
    for got in reader:
        begin = begin or now()
        total += int(got.array["value"].sum())
    taken = now() - begin
    child.join()
    del got
    reader.leave()
    check(total, batch, batches)
    return taken


def put_all(queue, batch, batches):
    data = records(batch)
    for _ in range(batches):
        queue.put(data)


def queue(batch, batches):
    channel = multiprocessing.Queue(maxsize=max(2, CAPACITY // batch))
    child = multiprocessing.Process(target=put_all, args=(channel, batch, batches))
    child.start()
    total, begin = 0, None
    for _ in range(batches):
        got = channel.get()
        begin = begin or now()
        total += int(got["value"].sum())
    taken = now() - begin
    child.join()
    check(total, batch, batches)
    return taken


def push_all(path, batch, batches):
    data = records(batch)
    with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
        socket.set_hwm(max(2, CAPACITY // batch))
        socket.connect(path)
        for _ in range(batches):
            socket.send(data)


def pyzmq(batch, batches):
    path = f"ipc:///tmp/{NAME}"
    with zmq.Context() as context, context.socket(zmq.PULL) as socket:
        socket.set_hwm(max(2, CAPACITY // batch))
        socket.bind(path)
        child = multiprocessing.Process(target=push_all, args=(path, batch, batches))
        child.start()
        total, begin = 0, None
        for _ in range(batches):
            got = np.frombuffer(socket.recv(copy=False).buffer, RECORD)
            begin = begin or now()
            total += int(got["value"].sum())
        taken = now() - begin
        child.join()
    os.remove(f"/tmp/{NAME}")
    check(total, batch, batches)
    return taken


def is_there(*_):
    return int(sluice is not None) + 2 * int(zmq is not None)


WORK = {work.__name__: work for work in (receive, consume, wait, produce, stream, queue, pyzmq, is_there)}

for line in sys.stdin:
    what, batch, batches, *name = line.split()
    answer = WORK[what](int(batch), int(batches), *name)
    if sluice is not None and NAME in sluice.list_segments():
        sluice.remove_segment(NAME, even_if_in_use=True)
    print(answer, flush=True)
