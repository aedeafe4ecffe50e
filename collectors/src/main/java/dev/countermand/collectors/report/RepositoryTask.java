package dev.countermand.collectors.report;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.countermand.model.Narrowing;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.config.ConfigurationProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@value #FILE} of the repository that an agent works in, on the gateway's own machine. The
 * agent may have written it: it can only narrow what the agent is granted, a file that cannot be
 * read narrows nothing, and what is read is bounded. An answer holds for {@value #FRESH_MILLIS} ms.
 *
 * <p>One thread of its own looks at the file system, which may be one that never answers; whoever
 * asks waits {@value #PATIENCE_MILLIS} ms at most and then gets the last answer there was.
 * Thread-safe.
 */
public final class RepositoryTask {
  /** Where it stands, from the root of the repository. */
  public static final String FILE = ".countermand/task.yaml";

  private static final Logger log = LoggerFactory.getLogger(RepositoryTask.class);
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_LEVELS = 24;
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_ENTRY = 200;
  private static final int MAX_STARS = 3;
  private static final int PATIENCE_MILLIS = 250;
  private static final int FRESH_MILLIS = 1000;

  private final ExecutorService reader =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(8), RepositoryTask::thread);
  private final Cache<String, Answer> answers = Caffeine.newBuilder().maximumSize(1024).build();
  private final Cache<Path, Read> known = Caffeine.newBuilder().maximumSize(256).build();
  private final Ticker ticker;
  private final Function<String, Optional<Narrowing>> finder;

  /** Of the gateway's machine. */
  public RepositoryTask() {
    this(Ticker.systemTicker(), null);
  }

  /** With another clock, and another way to look at a directory; null for the usual one. */
  RepositoryTask(Ticker ticker, @Nullable Function<String, Optional<Narrowing>> finder) {
    this.ticker = ticker;
    this.finder = finder == null ? this::find : finder;
    // What reading has to load would cost the first agent's file its time.
    clauses("verbs: [read]", FILE);
  }

  /** What was found for a working directory, and when, in nanoseconds. */
  private record Answer(Optional<Narrowing> narrowing, long at) {}

  /** What a file said when it was as large and as old as this. */
  private record Read(FileTime modified, long size, Optional<Narrowing> narrowing) {}

  /** The file; every key may be left out. */
  @NullUnmarked // a key that the file leaves out arrives as null
  private record Clauses(
      String purpose,
      List<String> environments,
      List<String> resources,
      List<String> verbs,
      List<String> credentials) {

    Clauses {
      checked(environments);
      checked(resources);
      checked(verbs);
      checked(credentials);
      if (verbs != null && verbs.stream().anyMatch(verb -> Verb.named(verb).isEmpty())) {
        throw new ConfigurationProblem("verbs[] " + Verb.CHOICE);
      }
    }

    private static void checked(@Nullable List<String> list) {
      if (list != null && (list.size() > MAX_ENTRIES || list.stream().anyMatch(Clauses::unclear))) {
        throw new ConfigurationProblem(
            "a list may have "
                + MAX_ENTRIES
                + " entries of "
                + MAX_ENTRY
                + " characters with "
                + MAX_STARS
                + " stars");
      }
    }

    /** Many stars make matching slow, and it is done for every effect. */
    private static boolean unclear(@Nullable String entry) {
      return entry == null
          || entry.length() > MAX_ENTRY
          || entry.chars().filter(c -> c == '*').count() > MAX_STARS;
    }

    Narrowing narrowing(String file) {
      return new Narrowing(
          file, left(environments), left(resources), left(verbs), left(credentials), Extra.NONE);
    }

    /** A list that is there and empty leaves nothing. */
    private static List<String> left(@Nullable List<String> list) {
      if (list == null) {
        return List.of();
      }
      return list.isEmpty() ? List.of(Narrowing.NOTHING) : list;
    }
  }

  /**
   * What narrows the grant of an agent that works in a directory: the file at the root of the
   * repository it is in, if it is in one.
   *
   * @param workingDirectory as the agent names it; null for none
   */
  public Optional<Narrowing> narrowing(@Nullable String workingDirectory) {
    if (workingDirectory == null || workingDirectory.isEmpty()) {
      return Optional.empty();
    }
    Answer before = answers.getIfPresent(workingDirectory);
    long now = ticker.read();
    if (before != null && now - before.at < TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS)) {
      return before.narrowing;
    }
    Optional<Narrowing> found =
        inTime(workingDirectory)
            .orElseGet(() -> before == null ? Optional.empty() : before.narrowing);
    answers.put(workingDirectory, new Answer(found, now));
    return found;
  }

  /** What the reader finds; empty when it does not answer in time. */
  private Optional<Optional<Narrowing>> inTime(String workingDirectory) {
    try {
      return Optional.of(
          reader
              .submit(() -> finder.apply(workingDirectory))
              .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      log.warn(
          "An agent's working directory cannot be read: {}",
          cause == null ? e.getClass().getName() : cause.getClass().getName());
    } catch (TimeoutException | RejectedExecutionException e) {
      // Without its name, which the agent chose.
      log.warn("The file system under an agent's working directory does not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private Optional<Narrowing> find(String workingDirectory) {
    try {
      Path directory = Path.of(workingDirectory);
      for (int i = 0; directory != null && directory.isAbsolute() && i < MAX_LEVELS; i++) {
        // Only at the root: a file further up would narrow what others are granted.
        if (Files.exists(directory.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
          Path file = directory.resolve(FILE);
          boolean there =
              Files.isDirectory(directory.resolve(".countermand"), LinkOption.NOFOLLOW_LINKS)
                  && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
          return there ? read(file) : Optional.empty();
        }
        directory = directory.getParent();
      }
    } catch (InvalidPathException e) {
      log.debug("A working directory is no path here");
    }
    return Optional.empty();
  }

  private Optional<Narrowing> read(Path file) {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return Optional.empty();
    }
    Read before = known.getIfPresent(file);
    if (before != null
        && before.modified.equals(now.lastModifiedTime())
        && before.size == now.size()) {
      return before.narrowing;
    }
    Optional<Narrowing> narrowing = Optional.empty();
    try {
      narrowing = Optional.of(parsed(file));
    } catch (CountermandException e) {
      // Without its message, which names keys, and an agent wrote them.
      log.warn("The file {} narrows nothing: {}", file, e.code());
    } catch (IOException e) {
      log.warn("The file {} narrows nothing: it cannot be read", file);
    }
    known.put(file, new Read(now.lastModifiedTime(), now.size(), narrowing));
    return narrowing;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "repository-task");
    thread.setDaemon(true);
    return thread;
  }

  private static Narrowing parsed(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("too large");
    }
    return clauses(new String(bytes, StandardCharsets.UTF_8), file.toString()).narrowing(FILE);
  }

  private static Clauses clauses(String yaml, String name) {
    return ConfigurationLoader.read(yaml, name, Clauses.class);
  }
}
