package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** What the log makes of names that agents give themselves. */
final class LogLayoutTest {
  @Test
  void aNameCanNeitherForgeALineNorCommandATerminal() throws IOException {
    String line = line("Agent a\u001b[2Jb\n12:00:00.000 WARN  KillSwitch: c\r\u009b is contained");

    assertThat(line)
        .endsWith(
            "Agent a?[2Jb?12:00:00.000 WARN  KillSwitch: c?? is contained"
                + System.lineSeparator());
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void lettersOfAllLanguagesStay() throws IOException {
    assertThat(line("Agent zo\u00eb-\u4e2d\ud83d\ude00")).contains("zo\u00eb-\u4e2d\ud83d\ude00");
  }

  private static String line(String message) throws IOException {
    Properties settings = new Properties();
    try (InputStream in = Files.newInputStream(Path.of("src/main/resources/log4j2.properties"))) {
      settings.load(in);
    }
    return PatternLayout.newBuilder()
        .withPattern(settings.getProperty("appender.console.layout.pattern"))
        .build()
        .toSerializable(
            Log4jLogEvent.newBuilder()
                .setLoggerName("dev.countermand.KillSwitch")
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .build());
  }
}
