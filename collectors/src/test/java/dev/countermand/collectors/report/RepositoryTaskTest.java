package dev.countermand.collectors.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Narrowing;
import dev.countermand.model.json.Extra;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryTaskTest {
  @TempDir private Path repository;

  private final AtomicLong nanos = new AtomicLong();
  private final RepositoryTask tasks = new RepositoryTask(nanos::get, null);

  private void write(String yaml) throws IOException {
    Files.createDirectories(repository.resolve(".git"));
    Path file = repository.resolve(RepositoryTask.FILE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, yaml);
  }

  @Test
  void theFileOfTheRepositoryNarrows() throws IOException {
    write("verbs: [read, write]\nresources: ['file:src/*']\npurpose: tests\n");
    Path deep = Files.createDirectories(repository.resolve("src/main"));

    assertThat(tasks.narrowing(deep.toString()))
        .hasValueSatisfying(
            narrowing -> {
              assertThat(narrowing.file()).isEqualTo(".countermand/task.yaml");
              assertThat(narrowing.verbs()).containsExactly("read", "write");
              assertThat(narrowing.resources()).containsExactly("file:src/*");
              assertThat(narrowing.credentials()).isEmpty();
            });
  }

  @Test
  void anEmptyListLeavesNothing() throws IOException {
    write("credentials: []\n");

    assertThat(tasks.narrowing(repository.toString()))
        .hasValueSatisfying(
            narrowing -> assertThat(narrowing.credentials()).isEqualTo(List.of(Narrowing.NOTHING)));
  }

  @Test
  void whereThereIsNoRepositoryNothingIsNarrowed() throws IOException {
    write("verbs: [read]\n");
    Files.delete(repository.resolve(".git"));

    assertThat(tasks.narrowing(repository.toString())).isEmpty();
  }

  @Test
  void theFileAboveTheRepositoryIsNotItsOwn() throws IOException {
    write("verbs: [read]\n");
    Path inner = Files.createDirectories(repository.resolve("vendored/.git")).getParent();

    assertThat(tasks.narrowing(inner.toString())).isEmpty();
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    write("verbs: [read]\n");
    tasks.narrowing(repository.toString());
    write("verbs: [read, delete]\n");
    Files.setLastModifiedTime(
        repository.resolve(RepositoryTask.FILE), FileTime.from(Instant.now().plusSeconds(5)));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

    assertThat(tasks.narrowing(repository.toString()))
        .hasValueSatisfying(
            narrowing -> assertThat(narrowing.verbs()).containsExactly("read", "delete"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verbs: [fly]",
        "verbs: read: write",
        "approved-by: me",
        "verbs: [read]\nprofile: data-pipeline",
        "a: &a [*a]",
        "\u0000",
        "resources: {a: b}",
        "- read",
      })
  void aFileThatIsNoneOfThemNarrowsNothing(String yaml) throws IOException {
    write(yaml);

    assertThat(tasks.narrowing(repository.toString())).isEmpty();
  }

  @Test
  void aHugeFileNarrowsNothing() throws IOException {
    write("verbs: [read]\n" + "#".repeat(70_000));

    assertThat(tasks.narrowing(repository.toString())).isEmpty();
  }

  @Test
  void aLinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
    Files.createDirectories(repository.resolve(".git"));
    Path secret = Files.writeString(elsewhere.resolve("secret"), "verbs: [read]\n");
    Files.createDirectories(repository.resolve(".countermand"));
    Files.createSymbolicLink(repository.resolve(RepositoryTask.FILE), secret);

    assertThat(tasks.narrowing(repository.toString())).isEmpty();
  }

  @Test
  void aPipeIsNotWaitedFor() throws Exception {
    Files.createDirectories(repository.resolve(".git"));
    Files.createDirectories(repository.resolve(".countermand"));
    Process made =
        new ProcessBuilder("mkfifo", repository.resolve(RepositoryTask.FILE).toString()).start();

    assertThat(made.waitFor()).isZero();
    assertThat(tasks.narrowing(repository.toString())).isEmpty();
  }

  @Test
  void aFileSystemThatNeverAnswersLeavesTheLastAnswer() {
    Narrowing reading =
        new Narrowing(
            RepositoryTask.FILE, List.of(), List.of(), List.of("read"), List.of(), Extra.NONE);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    RepositoryTask hanging =
        new RepositoryTask(
            nanos::get,
            directory -> {
              if (looks.incrementAndGet() > 1) {
                await(never);
              }
              return Optional.of(reading);
            });

    assertThat(hanging.narrowing("/repository")).contains(reading);
    for (int second = 0; second < 20; second++) {
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      assertThat(hanging.narrowing("/repository")).contains(reading);
    }
    assertThat(hanging.narrowing("/elsewhere")).isEmpty();
    never.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "relative/path", "/no/such/place", "\0", "C:\\work"})
  void aPlaceThatIsNoneNarrowsNothing(String directory) {
    assertThat(tasks.narrowing(directory)).isEmpty();
  }
}
