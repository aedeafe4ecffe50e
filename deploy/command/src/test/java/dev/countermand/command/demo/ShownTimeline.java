package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A timeline as it is shown in a browser, and what the page did to show it. */
final class ShownTimeline {
  /** How long what is shown may take to change. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Pattern SIGHT =
      Pattern.compile("(all|\\d+ of \\d+) in sight, ([0-9:.]+) to ([0-9:.]+)");

  private final Chromium browser;

  /** What is in sight: a number of entries, -1 for all of them, and from when to when. */
  record Sight(int entries, LocalTime from, LocalTime to) {
    Duration span() {
      return Duration.between(from, to);
    }
  }

  ShownTimeline(Chromium browser) {
    this.browser = browser;
  }

  /** What it says of how many entries it has. */
  String count() {
    return browser.one(".timeline-of .filters [role=status]").getText();
  }

  Sight sight() {
    Matcher words = SIGHT.matcher(browser.one(".sight").getText());
    assertThat(words.matches()).as(browser.one(".sight").getText()).isTrue();
    int entries =
        words.group(1).equals("all") ? -1 : Integer.parseInt(words.group(1).split(" ", 2)[0]);
    return new Sight(entries, LocalTime.parse(words.group(2)), LocalTime.parse(words.group(3)));
  }

  /** What is in sight as soon as that is something else. */
  Sight becomes(Sight before) {
    return Awaitility.await().atMost(PATIENCE).until(this::sight, now -> !now.equals(before));
  }

  /** The rows in sight, asked for at once: the list may be drawn anew at any moment. */
  List<String> rows() {
    Object texts =
        browser.script(
            "return [...document.querySelectorAll('.list .row')].map((one) => one.innerText)");
    return ((List<?>) texts).stream().map(Object::toString).toList();
  }

  /** When the page read the timeline of an incident, in milliseconds. */
  List<Double> reads() {
    return numbers(
        """
        return performance.getEntriesByType('resource')
          .filter((one) => one.name.includes('/api/timeline?incident='))
          .map((one) => one.startTime)
        """);
  }

  /** What a script returns that returns numbers. */
  List<Double> numbers(String script) {
    return ((List<?>) browser.script(script))
        .stream().map(one -> ((Number) one).doubleValue()).toList();
  }
}
