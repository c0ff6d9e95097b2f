// Threads that run on the processors of a benchmark.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Java has no call that pins a thread, and taskset is too slow for each thread of each run. So one
 * thread a processor is pinned once, and starts the others, which inherit where they may run.
 */
final class PinnedThreads {
  private final ExecutorService[] starters;

  /** Numbers with commas between them. */
  PinnedThreads(String processors) {
    final String[] numbers = processors.split(",");
    starters = new ExecutorService[numbers.length];
    for (int i = 0; i < numbers.length; ++i) {
      final String number = numbers[i];
      starters[i] = Executors.newSingleThreadExecutor(PinnedThreads::daemon);
      starters[i].execute(() -> pinTo(number));
    }
  }

  /** The number says which processor: the first for the first, the others in turn. */
  Thread start(int number, Runnable work) throws Exception {
    final Thread thread = daemon(work);
    starters[number % starters.length].submit(thread::start).get();
    return thread;
  }

  /** On one of the processors but the first, in turn. */
  Thread startBeside(int number, Runnable work) throws Exception {
    return start(starters.length == 1 ? 0 : 1 + number % (starters.length - 1), work);
  }

  private static Thread daemon(Runnable work) {
    final Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

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
      System.err.println("Lmax: cannot run on " + processor + ": " + exception.getMessage());
      System.exit(1);
    }
  }
}
