// The LMAX Disruptor between threads of one JVM: one producer, and consumers that each see all.
//
// Producer and consumers are pinned, each to a processor; the JVM's own threads are not.

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.LifecycleAware;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public final class LmaxUnicast {
  /** Made before the run, as many as the ring holds. */
  private static final class Event {
    final long[] words;

    Event(int count) {
      words = new long[count];
    }
  }

  /** Sums every word, and checks the sequence. */
  private static final class Tally implements EventHandler<Event>, LifecycleAware {
    private final long records;
    private final String processor;
    private final CountDownLatch starting;
    private final CountDownLatch left;
    private long next;
    private long sum;
    private long mismatches;
    private long end;

    Tally(long records, String processor, CountDownLatch starting, CountDownLatch left) {
      this.records = records;
      this.processor = processor;
      this.starting = starting;
      this.left = left;
    }

    @Override
    public void onStart() {
      pinTo(processor);
      starting.countDown();
    }

    @Override
    public void onShutdown() {}

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

  private static final long GIVE_UP_AFTER_SECONDS = 60;

  private final int words;
  private final int batch;
  private final int capacity;
  private final int consumers;
  private final String waiting;
  private final String[] processors;

  private LmaxUnicast(
      int size, int batch, int capacity, int consumers, String waiting, String[] processors) {
    words = size / Long.BYTES;
    this.batch = batch;
    this.capacity = capacity;
    this.consumers = consumers;
    this.waiting = waiting;
    this.processors = processors;
  }

  /** Java has no call for it; the kernel tells a thread its number, which taskset takes. */
  private static void pinTo(String processor) {
    try {
      final Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      final Process taskset =
          new ProcessBuilder("taskset", "-cp", processor, thread.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (taskset.waitFor() != 0) throw new IOException("taskset failed");
    } catch (IOException | InterruptedException exception) {
      System.err.println("LmaxUnicast: cannot run on " + processor + ": " + exception.getMessage());
      System.exit(1);
    }
  }

  private static WaitStrategy waitStrategy(String name) {
    switch (name) {
      case "busySpin":
        return new BusySpinWaitStrategy();
      case "yielding":
        return new YieldingWaitStrategy();
      case "blocking":
        return new BlockingWaitStrategy();
      default:
        throw new IllegalArgumentException("no wait strategy is called " + name);
    }
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
      for (long sequence = first; sequence <= last; ++sequence) {
        fill(ring.get(sequence), record++);
      }
      ring.publish(first, last);
    }
  }

  /** Records a second, from the producer's start to the last consumer's end. */
  private double run(long records) throws InterruptedException {
    final Disruptor<Event> disruptor =
        new Disruptor<>(
            () -> new Event(words),
            capacity,
            DaemonThreadFactory.INSTANCE,
            ProducerType.SINGLE,
            waitStrategy(waiting));
    final CountDownLatch starting = new CountDownLatch(consumers);
    final CountDownLatch left = new CountDownLatch(consumers);
    final Tally[] tallies = new Tally[consumers];
    for (int i = 0; i < consumers; ++i) {
      final String processor = processors[(i + 1) % processors.length];
      tallies[i] = new Tally(records, processor, starting, left);
    }
    disruptor.handleEventsWith(tallies);
    final RingBuffer<Event> ring = disruptor.start();
    starting.await();
    final long[] start = new long[1];
    final Thread producer =
        DaemonThreadFactory.INSTANCE.newThread(
            () -> {
              pinTo(processors[0]);
              start[0] = System.nanoTime();
              produce(ring, records);
            });
    producer.start();
    // A thread of its own for the producer lets this one notice when nothing goes on.
    if (!left.await(GIVE_UP_AFTER_SECONDS, TimeUnit.SECONDS))
      throw new IllegalStateException("the consumers have not seen every record in time");
    producer.join();
    disruptor.halt();
    long end = start[0];
    for (Tally tally : tallies) {
      if (!tally.isExact(words))
        throw new IllegalStateException("a record was lost, doubled or changed");
      end = Math.max(end, tally.end);
    }
    return records * 1e9 / (end - start[0]);
  }

  public static void main(String[] arguments) {
    if (arguments.length != 8) {
      System.err.println(
          "usage: LmaxUnicast SIZE BATCH RECORDS WARM-UP-RECORDS CAPACITY CONSUMERS"
              + " busySpin|yielding|blocking PROCESSOR[,PROCESSOR]...");
      System.exit(2);
    }
    try {
      final long records = Long.parseLong(arguments[2]);
      final long warmUp = Long.parseLong(arguments[3]);
      final LmaxUnicast benchmark =
          new LmaxUnicast(
              Integer.parseInt(arguments[0]),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[4]),
              Integer.parseInt(arguments[5]),
              arguments[6],
              arguments[7].split(","));
      // More than one, as what ends a run is to be compiled too.
      for (int i = 0; i < 3; ++i) benchmark.run(warmUp);
      System.out.println(benchmark.run(records));
    } catch (Exception exception) {
      System.err.println("LmaxUnicast: " + exception.getMessage());
      System.exit(1);
    }
  }
}
