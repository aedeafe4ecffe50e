package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreesTest {
  @TempDir private Path directory;

  @Test
  void serversThatStartAtTheSameTimeMakeTheirCommonParentTogether() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 200; round++) {
        Path parent = directory.resolve("data-" + round);
        List<Callable<Path>> tasks =
            IntStream.range(0, threads)
                .<Callable<Path>>mapToObj(
                    i ->
                        () -> {
                          start.await();
                          Trees.createOpen(parent.resolve("server-" + i));
                          return parent;
                        })
                .toList();
        for (Future<Path> made : pool.invokeAll(tasks)) {
          assertThat(made.get()).isDirectory();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFileInTheWayIsAnError() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> Trees.createOpen(file.resolve("below")))
        .isInstanceOf(java.io.IOException.class);
    assertThatThrownBy(() -> Trees.createOpen(file)).isInstanceOf(FileAlreadyExistsException.class);
  }
}
