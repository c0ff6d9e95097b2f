// A record there and one back: half the time of the round trip, by percentiles.

import java.util.concurrent.CountDownLatch;

final class LmaxPingPong implements Lmax.Workload {
  private final String waiting;
  private final PinnedThreads threads;

  LmaxPingPong(String waiting, PinnedThreads threads) {
    this.waiting = waiting;
    this.threads = threads;
  }

  /** Sends the first record when both threads run, and each next one when the last is back. */
  private static final class Caller extends LmaxChannel.Receiver {
    private final LmaxChannel there;
    private final RawPingPong ball;
    private final int[] times;
    private final CountDownLatch done;
    private double rawBefore;
    private double rawAfter;
    private long begun;
    private long sent;
    private long taken;

    Caller(LmaxChannel there, RawPingPong ball, int[] times, CountDownLatch done) {
      this.there = there;
      this.ball = ball;
      this.times = times;
      this.done = done;
    }

    @Override
    void begin() {
      rawBefore = ball.throwBall();
      begun = System.nanoTime();
      send(0);
    }

    private void send(long number) {
      sent = System.nanoTime();
      there.send(number);
    }

    @Override
    void receive(long number) {
      times[(int) number] = (int) ((System.nanoTime() - sent) / 2);
      if (number + 1 < times.length) {
        send(number + 1);
        return;
      }
      taken = System.nanoTime() - begun;
      done.countDown();
    }

    @Override
    void end() {
      rawAfter = ball.throwBall();
    }
  }

  private static final class Answerer extends LmaxChannel.Receiver {
    private final LmaxChannel back;
    private final RawPingPong ball;

    Answerer(LmaxChannel back, RawPingPong ball) {
      this.back = back;
      this.ball = ball;
    }

    @Override
    void begin() {
      ball.catchBall();
    }

    @Override
    void receive(long number) {
      back.send(number);
    }

    @Override
    void end() {
      ball.catchBall();
    }
  }

  @Override
  public String run(int records) throws Exception {
    final LmaxChannel there = new LmaxChannel(waiting);
    final LmaxChannel back = new LmaxChannel(waiting);
    final RawPingPong ball = new RawPingPong();
    final CountDownLatch done = new CountDownLatch(1);
    final int[] times = new int[records];
    final Caller caller = new Caller(there, ball, times, done);
    final Thread answering = threads.start(1, there.receiving(new Answerer(back, ball)));
    final Thread calling = threads.start(0, back.receiving(caller));
    done.await();
    there.stop();
    back.stop();
    answering.join();
    calling.join();
    return caller.taken + " " + caller.rawBefore + " " + caller.rawAfter
        + LmaxChannel.percentilesOf(times);
  }
}
