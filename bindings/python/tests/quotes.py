"""The record of peer.cpp, as numpy has it."""

import numpy as np

LEVEL = np.dtype([("price", "f8"), ("size", "u4")], align=True)
QUOTE = np.dtype([("time", "u8"), ("symbol", "S8"), ("side", "u1"), ("isFirm", "?"), ("venue", "i2"),
                  ("ratio", "f4"), ("bid", LEVEL), ("levels", LEVEL, (2,)), ("codes", "i4", (3,)),
                  ("raw", "u1", (5,))], align=True)


def quotes(first: int, count: int) -> np.ndarray:
    """The quotes of these numbers, as quoteOf() in peer.cpp makes them."""
    made = np.zeros(count, QUOTE)
    made["time"] = np.arange(first, first + count)
    small = (made["time"] % 1000).astype("i4")
    made["symbol"] = [f"S{i}".encode() for i in small]
    made["side"] = np.where(made["time"] % 2 == 0, 1, 2)
    made["isFirm"] = made["time"] % 3 == 0
    made["venue"] = -small
    made["ratio"] = 0.5 * small
    made["bid"]["price"] = 1.25 * small
    made["bid"]["size"] = small
    made["levels"]["price"] = np.outer(small, [2.0, 3.0])
    made["levels"]["size"] = [1, 2]
    made["codes"] = small[:, None] + [0, 1, 2]
    made["raw"] = [1, 2, 3, 4, 0]
    made["raw"][:, 4] = small % 256
    return made
