"""Lets a process write anything into a segment that others read and write, for as long as it is told:
python3 corrupt.py SECONDS. No interpreter may crash; each error is an exception."""

import mmap
import os
import random
import subprocess
import sys
import time

import sluice

# A participant, over and over, until it is told to end.
ROLES = """
import os, random, sys, time
import numpy as np
import sluice
name, what, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
choose = random.Random(seed)
dtype = np.dtype([("a", "u8"), ("b", "S12"), ("c", [("x", "f4"), ("y", "?")], 3), ("d", "V5")])
end = time.monotonic() + float(sys.argv[4])
turns = errors = 0


def produce():
    if what == "records":
        with sluice.create_or_open(name, dtype, 64, take_over_within=0.01) as ring:
            while time.monotonic() < end and choose.random() < 0.999:
                view = ring.claim(choose.randrange(1, 20), timeout=0.01)
                view["a"] = 1
                ring.publish()
                ring.send(np.zeros(choose.randrange(0, 100), dtype), timeout=0.01)
    else:
        with sluice.messages.create_or_open(name, payload_bytes=1 << 16, capacity=64,
                                            take_over_within=0.01) as ring:
            while time.monotonic() < end and choose.random() < 0.999:
                room = ring.claim(choose.randrange(0, 3000), timeout=0.01)
                room[:] = bytes(len(room))
                ring.finish(len(room))
                ring.publish()
                ring.send(bytes(choose.randrange(0, 9000)), timeout=0.01)


def look():
    if what == "records":
        with sluice.attach(name, choose.choice("xyz"), evict_after=0.05, start_at="oldest") as reader:
            while time.monotonic() < end and choose.random() < 0.99:
                batch = reader.wait(timeout=0.01)
                repr(batch.array), batch.array.tobytes(), [str(one) for one in batch]
                reader.commit() if choose.random() < 0.9 else reader.rewind()
        with sluice.observe(name, start_at="oldest") as seen:
            for _ in range(10):
                repr(seen.read(timeout=0.01).array)
    else:
        with sluice.messages.attach(name, choose.choice("xyz"), evict_after=0.05,
                                    start_at="oldest") as reader:
            while time.monotonic() < end and choose.random() < 0.99:
                sum(map(len, reader.wait(timeout=0.01).copy()))
                reader.commit() if choose.random() < 0.9 else reader.rewind()
        with sluice.messages.observe(name, start_at="oldest") as seen:
            for _ in range(10):
                len(seen.read(timeout=0.01).bytes)
    sluice.dump_segment(name)


while time.monotonic() < end:
    turns += 1
    try:
        produce() if sys.argv[5] == "producer" else look()
    except sluice.Error as error:
        errors += 1
        if isinstance(error, (sluice.Corrupt, sluice.NotASegment, sluice.Incompatible, sluice.Full)):
            if sys.argv[5] == "producer":
                try:
                    sluice.remove_segment(name, even_if_in_use=True, even_if_held=True,
                                          even_if_foreign=True)
                except sluice.Error:
                    pass
print(f"{turns} turns, {errors} errors")
"""


def damage(path: str, choose: random.Random) -> None:
    """Stores something somewhere into the file. Its length stays: nothing can be promised of one
    that is cut while it is mapped."""
    try:
        with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
            for _ in range(choose.randrange(1, 4)):
                page = choose.randrange(len(memory) // 4096) if choose.random() < 0.5 else 0
                at = min(page * 4096 + 8 * choose.randrange(512), len(memory) - 8)
                if choose.random() < 0.3:
                    value = choose.choice([0, 2**64 - 1, 2**63, 1, 2**32])
                else:
                    value = int.from_bytes(memory[at:at + 8], "little") ^ 1 << choose.randrange(64)
                memory[at:at + 8] = value.to_bytes(8, "little")
    except (OSError, ValueError):
        pass


def run(seconds: float, seed: int) -> list[str]:
    """What each interpreter said; raises when one crashed."""
    choose = random.Random(seed)
    names = [f"sluice-corrupt-{os.getpid()}-{what}" for what in ("records", "messages")]
    processes = [
        subprocess.Popen([sys.executable, "-c", ROLES, name, name.rpartition("-")[2], str(i),
                          str(seconds), kind], stdout=subprocess.PIPE, text=True)
        for name in names for i, kind in enumerate(("producer", "reader", "reader"))]
    said = []
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            damage("/dev/shm/" + choose.choice(names), choose)
            time.sleep(choose.random() * 0.01)
        for process in processes:
            output, _ = process.communicate(timeout=60)
            if process.returncode != 0:
                raise SystemExit(f"an interpreter ended with {process.returncode}, seed {seed}")
            said.append(output.strip())
    finally:
        for process in processes:
            process.kill()
            process.communicate()
        for name in names:
            try:
                sluice.remove_segment(name, even_if_in_use=True, even_if_held=True,
                                      even_if_foreign=True)
            except sluice.Error:
                pass
    return said


if __name__ == "__main__":
    for line in run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(line)
