// The LMAX Disruptor between threads of one JVM.
//
// Started once for all runs of a comparison. It warms up, and then answers each line of standard
// input, a number of records, with one line: the nanoseconds that they took, the raw ping-pong of
// the two threads before and after, and what else the workload measures.

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.io.BufferedReader;
import java.io.InputStreamReader;

public final class Lmax {
  /** What is measured. */
  interface Workload {
    /** One run; throws when a record was lost, doubled or changed. */
    String run(int records) throws Exception;
  }

  private static final String USAGE =
      "usage: Lmax stream SIZE BATCH CAPACITY CONSUMERS WAITING PROCESSORS\n"
          + "       Lmax fanIn SIZE CAPACITY PRODUCERS WAITING PROCESSORS\n"
          + "       Lmax pingPong|wakeConsumer WAITING PROCESSORS\n"
          + "WAITING is spinning, yielding or blocking, PROCESSORS are numbers with commas";

  private static final long WARM_UP_NANOSECONDS = 700_000_000L;

  private Lmax() {}

  static WaitStrategy waitStrategy(String waiting) {
    switch (waiting) {
      case "spinning":
        return new BusySpinWaitStrategy();
      case "yielding":
        return new YieldingWaitStrategy();
      case "blocking":
        return new BlockingWaitStrategy();
      default:
        throw new IllegalArgumentException(USAGE);
    }
  }

  private static Workload workload(String[] arguments) {
    final String kind = arguments.length == 0 ? "" : arguments[0];
    if (kind.equals("stream") && arguments.length == 7) {
      return new LmaxStream(
          Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]),
          arguments[5],
          new PinnedThreads(arguments[6]));
    }
    if (kind.equals("fanIn") && arguments.length == 6)
      return new LmaxFanIn(
          Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          arguments[4],
          new PinnedThreads(arguments[5]));
    if (kind.equals("pingPong") && arguments.length == 3)
      return new LmaxPingPong(arguments[1], new PinnedThreads(arguments[2]));
    if (kind.equals("wakeConsumer") && arguments.length == 3)
      return new LmaxWakeConsumer(arguments[1], new PinnedThreads(arguments[2]));
    throw new IllegalArgumentException(USAGE);
  }

  /** Many runs rather than a long one, as what begins and ends a run is to be compiled too. */
  private static void warmUp(Workload workload) throws Exception {
    final long end = System.nanoTime() + WARM_UP_NANOSECONDS;
    int records = 100;
    while (System.nanoTime() < end) {
      final long start = System.nanoTime();
      workload.run(records);
      if (System.nanoTime() - start < 20_000_000L && records < 10_000_000) records *= 2;
    }
  }

  public static void main(String[] arguments) {
    try {
      final Workload workload = workload(arguments);
      warmUp(workload);
      final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
      for (String line = in.readLine(); line != null; line = in.readLine())
        System.out.println(workload.run(Integer.parseInt(line)));
    } catch (Exception exception) {
      System.err.println("Lmax: " + exception.getMessage());
      System.exit(1);
    }
  }
}
