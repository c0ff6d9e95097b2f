// A ring of the Disruptor as a way for single records.

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.LifecycleAware;
import com.lmax.disruptor.RingBuffer;
import java.util.Arrays;

final class LmaxChannel {
  /** 56 bytes, as the other systems' single records have. */
  static final class Event {
    final long[] words = new long[7];

    void fill(long sequence) {
      for (int i = 0; i < words.length; ++i) words[i] = sequence + i;
    }
  }

  /** What the receiving thread does. */
  abstract static class Receiver implements EventHandler<Event>, LifecycleAware {
    private long next;

    abstract void begin();

    abstract void receive(long number);

    abstract void end();

    @Override
    public void onStart() {
      begin();
    }

    @Override
    public void onEvent(Event event, long sequence, boolean endOfBatch) {
      if (event.words[0] != next) throw new IllegalStateException("another record came");
      receive(next++);
    }

    @Override
    public void onShutdown() {
      end();
    }
  }

  private final RingBuffer<Event> ring;
  private BatchEventProcessor<Event> processor;

  LmaxChannel(String waiting) {
    ring = RingBuffer.createSingleProducer(Event::new, 1024, Lmax.waitStrategy(waiting));
  }

  /** To be run in a thread of its own, until stop(). */
  Runnable receiving(Receiver receiver) {
    processor = new BatchEventProcessor<>(ring, ring.newBarrier(), receiver);
    ring.addGatingSequences(processor.getSequence());
    return processor;
  }

  void send(long number) {
    final long sequence = ring.next();
    ring.get(sequence).fill(number);
    ring.publish(sequence);
  }

  void stop() {
    processor.halt();
  }

  /** The percentiles that the other systems show, each after a blank. Sorts the times. */
  static String percentilesOf(int[] times) {
    Arrays.sort(times);
    final StringBuilder text = new StringBuilder();
    for (double part : new double[] {0.5, 0.9, 0.99, 0.999})
      text.append(' ').append(percentileOf(times, part));
    return text.toString();
  }

  /** Equal times are taken as spread evenly, as for the other systems. */
  private static double percentileOf(int[] sorted, double part) {
    final int index = (int) (sorted.length * part);
    final int value = sorted[index];
    int first = index;
    while (first > 0 && sorted[first - 1] == value) --first;
    int end = index + 1;
    while (end < sorted.length && sorted[end] == value) ++end;
    final double below = first == 0 ? value : sorted[first - 1];
    final double above = end == sorted.length ? value : sorted[end];
    final double rank = index - first + 0.5;
    return (below + value) / 2 + rank / (end - first) * (above - below) / 2;
  }
}
