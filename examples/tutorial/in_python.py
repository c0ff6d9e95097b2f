"""The part "In Python" of docs/tutorial.md. Its argument is the name of a segment."""

import sys

import numpy as np

import sluice

name = sys.argv[1]

quote = np.dtype([("time", "u8"), ("bid", "f8"), ("ask", "f8")])
ring = sluice.create(name, dtype=quote, capacity=65536)
reader = sluice.attach(name, name="spread")
print(reader.dtype)

ring.send([(1, 17.5, 17.6), (2, 17.6, 17.7)])
view = ring.claim(1)
view["time"], view["bid"], view["ask"] = 3, 17.7, 17.8
ring.publish()
ring.close()

for batch in reader:
    quotes = batch.copy()
    print(len(batch), (batch.array["ask"] - batch.array["bid"]).max().round(2))
print(reader.status.name, quotes["time"])

try:
    sluice.create("three", dtype=quote, capacity=3)
except sluice.Error as error:
    print(error)

del view
reader.leave()
ring.leave()
sluice.remove_segment(name)
