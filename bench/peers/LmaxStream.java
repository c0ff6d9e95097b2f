// Records from one producer to consumers that each see all of them.

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.LifecycleAware;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SequenceBarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

final class LmaxStream implements Lmax.Workload {
  /** Made before the run, as many as the ring holds. */
  private static final class Event {
    final long[] words;

    Event(int count) {
      words = new long[count];
    }
  }

  /** Sums every word, and checks the sequence. The first one plays ball with the producer. */
  private static final class Tally implements EventHandler<Event>, LifecycleAware {
    private final long records;
    private final RawPingPong ball;
    private final CountDownLatch started;
    private final CountDownLatch left;
    private long next;
    private long sum;
    private long mismatches;
    private long end;

    Tally(long records, RawPingPong ball, CountDownLatch started, CountDownLatch left) {
      this.records = records;
      this.ball = ball;
      this.started = started;
      this.left = left;
    }

    @Override
    public void onStart() {
      if (ball != null) ball.catchBall();
      started.countDown();
    }

    @Override
    public void onShutdown() {
      if (ball != null) ball.catchBall();
    }

    @Override
    public void onEvent(Event event, long sequence, boolean endOfBatch) {
      final long[] words = event.words;
      if (words[0] != next++) ++mismatches;
      long more = 0;
      for (int i = 0; i < words.length; ++i) more += words[i];
      sum += more;
      if (next == records) {
        end = System.nanoTime();
        left.countDown();
      }
    }

    /** True after exactly the records 0 to records - 1; overflow is the same on both sides. */
    boolean isExact(long words) {
      final long expected =
          words * (records * (records - 1) / 2) + records * (words * (words - 1) / 2);
      return mismatches == 0 && next == records && sum == expected;
    }
  }

  /** What the producer's thread has found. */
  private static final class Times {
    double rawBefore;
    double rawAfter;
    long start;
  }

  private final int words;
  private final int batch;
  private final int capacity;
  private final int consumers;
  private final String waiting;
  private final PinnedThreads threads;

  LmaxStream(
      int size, int batch, int capacity, int consumers, String waiting, PinnedThreads threads) {
    words = size / Long.BYTES;
    this.batch = batch;
    this.capacity = capacity;
    this.consumers = consumers;
    this.waiting = waiting;
    this.threads = threads;
  }

  @Override
  public String run(int records) throws Exception {
    final RingBuffer<Event> ring =
        RingBuffer.createSingleProducer(
            () -> new Event(words), capacity, Lmax.waitStrategy(waiting));
    final SequenceBarrier barrier = ring.newBarrier();
    final RawPingPong ball = new RawPingPong();
    final CountDownLatch started = new CountDownLatch(consumers);
    final CountDownLatch left = new CountDownLatch(consumers);
    final List<Tally> tallies = new ArrayList<>();
    final List<BatchEventProcessor<Event>> processors = new ArrayList<>();
    for (int i = 0; i < consumers; ++i) {
      tallies.add(new Tally(records, i == 0 ? ball : null, started, left));
      processors.add(new BatchEventProcessor<>(ring, barrier, tallies.get(i)));
      ring.addGatingSequences(processors.get(i).getSequence());
    }
    final Times times = new Times();
    final List<Thread> running = new ArrayList<>();
    for (int i = 0; i < consumers; ++i) running.add(threads.start(i + 1, processors.get(i)));
    running.add(
        threads.start(
            0,
            () -> {
              try {
                times.rawBefore = ball.throwBall();
                started.await();
                times.start = System.nanoTime();
                produce(ring, records);
                left.await();
                processors.forEach(BatchEventProcessor::halt);
                times.rawAfter = ball.throwBall();
              } catch (InterruptedException exception) {
                throw new IllegalStateException(exception);
              }
            }));
    for (Thread thread : running) thread.join();
    long end = times.start;
    for (Tally tally : tallies) {
      if (!tally.isExact(words))
        throw new IllegalStateException("a record was lost, doubled or changed");
      end = Math.max(end, tally.end);
    }
    return (end - times.start) + " " + times.rawBefore + " " + times.rawAfter;
  }

  private static void fill(Event event, long sequence) {
    final long[] words = event.words;
    for (int i = 0; i < words.length; ++i) words[i] = sequence + i;
  }

  private void produce(RingBuffer<Event> ring, long records) {
    if (batch == 1) {
      for (long record = 0; record < records; ++record) {
        final long sequence = ring.next();
        fill(ring.get(sequence), record);
        ring.publish(sequence);
      }
      return;
    }
    for (long record = 0; record < records; ) {
      final int count = (int) Math.min(batch, records - record);
      final long last = ring.next(count);
      final long first = last - count + 1;
      for (long sequence = first; sequence <= last; ++sequence)
        fill(ring.get(sequence), record++);
      ring.publish(first, last);
    }
  }
}
