package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contained agents on disk. Written on a thread of its own, because a disk can take longer to
 * say that it holds something than Kafka takes to tell of the next agent. What changes while the
 * file is being written is in the write after it. Thread-safe.
 */
final class ContainedFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContainedFile.class);
  private static final long LONGEST_SECONDS = 5;

  private final Path file;
  private final Supplier<List<ContainmentState>> contained;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "contained-file");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Reads and writes nothing yet.
   *
   * @param file its directory is created where it is missing
   * @param contained what the file is to hold, asked when it is written
   */
  ContainedFile(Path file, Supplier<List<ContainmentState>> contained) {
    this.file = file;
    this.contained = contained;
  }

  /**
   * What the file holds; nothing if it is missing.
   *
   * @throws IOException when it cannot be read, or is no such file
   */
  List<ContainmentState> load() throws IOException {
    List<ContainmentState> states = new ArrayList<>();
    if (Files.exists(file)) {
      try {
        for (JsonNode tree : Json.mapper().readTree(Files.readAllBytes(file)).path("contained")) {
          states.add(ContainmentState.CODEC.fromTree(tree));
        }
      } catch (MalformedDocumentException e) {
        throw new IOException(e);
      }
    }
    return states;
  }

  /** Has the file written soon. */
  void changed() {
    if (isDue.compareAndSet(false, true)) {
      writer.execute(this::save);
    }
  }

  private void save() {
    isDue.set(false);
    ArrayNode states = Json.mapper().createArrayNode();
    contained.get().forEach(state -> states.add(ContainmentState.CODEC.toTree(state)));
    try {
      replace(
          Json.mapper()
              .writeValueAsBytes(Json.mapper().createObjectNode().set("contained", states)));
    } catch (IOException e) {
      log.error(
          "{} cannot be written, so a restart without Kafka would forget who is contained: {}",
          file,
          e.getMessage());
    }
  }

  private void replace(byte[] content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.createDirectories(directory);
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Writes what is due, and nothing after it. Returns at the latest after 5 s. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        log.warn("{} is not written to its end: the disk takes too long", file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
