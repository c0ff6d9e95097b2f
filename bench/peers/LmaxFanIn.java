// Records from many producers to one consumer, through one ring that all of them claim in.

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.LifecycleAware;
import com.lmax.disruptor.RingBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

final class LmaxFanIn implements Lmax.Workload {
  /** A producer's records are numbered from here; so a record tells whose it is. */
  private static final int SEQUENCE_BITS = 40;

  /** Made before the run, as many as the ring holds. */
  private static final class Event {
    final long[] words;

    Event(int count) {
      words = new long[count];
    }
  }

  /** Sums every word, and checks each producer's sequence. Plays ball with the first producer. */
  private static final class Tally implements EventHandler<Event>, LifecycleAware {
    private final long all;
    private final RawPingPong ball;
    private final CountDownLatch left;
    private final long[] next;
    private long seen;
    private long sum;
    private long mismatches;
    private long end;

    Tally(int producers, long records, RawPingPong ball, CountDownLatch left) {
      all = producers * records;
      this.ball = ball;
      this.left = left;
      next = new long[producers];
      for (int i = 0; i < producers; ++i) next[i] = firstOf(i);
    }

    @Override
    public void onStart() {
      ball.catchBall();
    }

    @Override
    public void onShutdown() {
      ball.catchBall();
    }

    @Override
    public void onEvent(Event event, long sequence, boolean endOfBatch) {
      final long[] words = event.words;
      if (words[0] != next[(int) (words[0] >>> SEQUENCE_BITS)]++) ++mismatches;
      long more = 0;
      for (int i = 0; i < words.length; ++i) more += words[i];
      sum += more;
      if (++seen == all) {
        end = System.nanoTime();
        left.countDown();
      }
    }

    /** Overflow is the same on both sides. */
    boolean isExact(long words, long records) {
      long expected = 0;
      for (int i = 0; i < next.length; ++i) {
        if (next[i] != firstOf(i) + records) return false;
        expected += words * (firstOf(i) * records + records * (records - 1) / 2);
        expected += records * (words * (words - 1) / 2);
      }
      return mismatches == 0 && sum == expected;
    }
  }

  /** What the first producer's thread has found. */
  private static final class Times {
    double rawBefore;
    double rawAfter;
    long start;
  }

  private final int words;
  private final int capacity;
  private final int producers;
  private final String waiting;
  private final PinnedThreads threads;

  LmaxFanIn(int size, int capacity, int producers, String waiting, PinnedThreads threads) {
    words = size / Long.BYTES;
    this.capacity = capacity;
    this.producers = producers;
    this.waiting = waiting;
    this.threads = threads;
  }

  private static long firstOf(int producer) {
    return (long) producer << SEQUENCE_BITS;
  }

  @Override
  public String run(int records) throws Exception {
    final RingBuffer<Event> ring =
        RingBuffer.createMultiProducer(
            () -> new Event(words), capacity, Lmax.waitStrategy(waiting));
    final RawPingPong ball = new RawPingPong();
    final CountDownLatch go = new CountDownLatch(1);
    final CountDownLatch left = new CountDownLatch(1);
    final Tally tally = new Tally(producers, records, ball, left);
    final BatchEventProcessor<Event> processor =
        new BatchEventProcessor<>(ring, ring.newBarrier(), tally);
    ring.addGatingSequences(processor.getSequence());
    final Times times = new Times();
    final List<Thread> running = new ArrayList<>();
    running.add(threads.start(0, processor));
    for (int i = 1; i < producers; ++i) {
      final int producer = i;
      running.add(
          threads.startBeside(
              producer,
              () -> {
                try {
                  go.await();
                  produce(ring, producer, records);
                } catch (InterruptedException exception) {
                  throw new IllegalStateException(exception);
                }
              }));
    }
    running.add(
        threads.startBeside(
            0,
            () -> {
              try {
                times.rawBefore = ball.throwBall();
                times.start = System.nanoTime();
                go.countDown();
                produce(ring, 0, records);
                left.await();
                processor.halt();
                times.rawAfter = ball.throwBall();
              } catch (InterruptedException exception) {
                throw new IllegalStateException(exception);
              }
            }));
    for (Thread thread : running) thread.join();
    if (!tally.isExact(words, records))
      throw new IllegalStateException("a record was lost, doubled or changed");
    return (tally.end - times.start) + " " + times.rawBefore + " " + times.rawAfter;
  }

  private static void produce(RingBuffer<Event> ring, int producer, long records) {
    final long first = firstOf(producer);
    for (long record = 0; record < records; ++record) {
      final long sequence = ring.next();
      final long[] words = ring.get(sequence).words;
      for (int i = 0; i < words.length; ++i) words[i] = first + record + i;
      ring.publish(sequence);
    }
  }
}
