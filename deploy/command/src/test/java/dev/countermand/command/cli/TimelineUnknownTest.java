package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timelines of what a real Kafka knows nothing of. */
final class TimelineUnknownTest {
  @TempDir static Path directory;

  private static CommandsOnKafka commands;

  @BeforeAll
  static void configure() throws IOException {
    commands = new CommandsOnKafka(directory, "unknown", "").withTopics();
  }

  @ParameterizedTest
  @CsvSource({
    "agent, countermand agents",
    "task, countermand task list",
    "session, --agent",
  })
  void nothingOfAnIdIsSaidWithItAndWithWhereToLook(String kind, String where) {
    Invocation told = commands.call("timeline", "--" + kind, "01a2");

    assertThat(told.code()).as(told.err()).isZero();
    assertThat(told.out())
        .contains("Nothing of " + kind + " 01a2 is known", "compared whole", where, "--from");
  }

  @Test
  void aPageThatCannotBeWrittenSaysWhy() {
    Path page = directory.resolve("missing/page.html");
    Invocation told = commands.call("timeline", "--agent", "a", "--html", page.toString());

    assertThat(told.code()).isEqualTo(1);
    assertThat(told.err())
        .contains("FILE_UNWRITABLE", page + " cannot be written: no such file or directory.");
    assertThat(commands.call("timeline", "--agent", "a", "--html", directory.toString()).err())
        .contains("FILE_UNWRITABLE", "Is a directory");
  }
}
