// From a publish to a consumer that has slept, by percentiles.

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

final class LmaxWakeConsumer implements Lmax.Workload {
  private static final long FALLS_ASLEEP_WITHIN = 50_000;

  private final String waiting;
  private final PinnedThreads threads;

  LmaxWakeConsumer(String waiting, PinnedThreads threads) {
    this.waiting = waiting;
    this.threads = threads;
  }

  private static final class Sleeper extends LmaxChannel.Receiver {
    private final RawPingPong ball;
    private final int[] times;
    private final CountDownLatch done;
    /** Records that it has had; it is about to sleep. */
    final AtomicLong asleep = new AtomicLong(-1);
    volatile long woken;

    Sleeper(RawPingPong ball, int[] times, CountDownLatch done) {
      this.ball = ball;
      this.times = times;
      this.done = done;
    }

    @Override
    void begin() {
      ball.catchBall();
      asleep.setRelease(0);
    }

    @Override
    void receive(long number) {
      times[(int) number] = (int) (System.nanoTime() - woken);
      if (number + 1 == times.length) done.countDown();
      asleep.setRelease(number + 1);
    }

    @Override
    void end() {
      ball.catchBall();
    }
  }

  @Override
  public String run(int records) throws Exception {
    final LmaxChannel channel = new LmaxChannel(waiting);
    final RawPingPong ball = new RawPingPong();
    final CountDownLatch done = new CountDownLatch(1);
    final int[] times = new int[records];
    final Sleeper sleeper = new Sleeper(ball, times, done);
    final double[] raw = new double[2];
    final long[] taken = new long[1];
    final Thread sleeping = threads.start(1, channel.receiving(sleeper));
    final Thread waking =
        threads.start(
            0,
            () -> {
              raw[0] = ball.throwBall();
              final long begun = System.nanoTime();
              for (int number = 0; number < records; ++number) wake(channel, sleeper, number);
              await(done);
              taken[0] = System.nanoTime() - begun;
              channel.stop();
              raw[1] = ball.throwBall();
            });
    waking.join();
    sleeping.join();
    return taken[0] + " " + raw[0] + " " + raw[1] + LmaxChannel.percentilesOf(times);
  }

  private static void wake(LmaxChannel channel, Sleeper sleeper, int number) {
    while (sleeper.asleep.getAcquire() < number) {
    }
    final long end = System.nanoTime() + FALLS_ASLEEP_WITHIN;
    while (System.nanoTime() < end) {
    }
    sleeper.woken = System.nanoTime();
    channel.send(number);
  }

  private static void await(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException exception) {
      throw new IllegalStateException(exception);
    }
  }
}
