// The raw ping-pong of two threads, as the benchmarks' processes play it.

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

final class RawPingPong {
  private static final int BLOCKS = 9;
  private static final int ROUNDS_OF_BLOCK = 100;
  // Far from each other and from what lies beside the array.
  private static final int THERE = 32;
  private static final int BACK = 96;

  private final AtomicIntegerArray words = new AtomicIntegerArray(160);

  /** Nanoseconds one way: the median of the blocks. */
  double throwBall() {
    final double[] times = new double[BLOCKS];
    int number = words.getPlain(THERE);
    for (int block = 0; block < BLOCKS; ++block) {
      final long start = System.nanoTime();
      for (int round = 0; round < ROUNDS_OF_BLOCK; ++round) {
        words.setRelease(THERE, ++number);
        while (words.getAcquire(BACK) != number) {
        }
      }
      times[block] = (System.nanoTime() - start) / (2.0 * ROUNDS_OF_BLOCK);
    }
    Arrays.sort(times);
    return times[BLOCKS / 2];
  }

  void catchBall() {
    int number = words.getPlain(BACK);
    for (int round = 0; round < BLOCKS * ROUNDS_OF_BLOCK; ++round) {
      ++number;
      while (words.getAcquire(THERE) != number) {
      }
      words.setRelease(BACK, number);
    }
  }
}
