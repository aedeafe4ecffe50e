package dev.countermand.dashboards.timeline;

import dev.countermand.dashboards.timeline.Entry.Lane;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A timeline as one HTML file that needs nothing else: a lane each for agents, providers,
 * Countermand and people; the evidence opens on a click; what a finding rests on is linked. It has
 * no script, and allows none.
 */
public final class TimelinePage {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Timeline</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; table-layout: fixed; }
      th, td { border-bottom: 1px solid #8884; padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
      th { position: sticky; top: 0; background: Canvas; }
      th:first-child { width: 12.5rem; }
      time { font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; }
      small { opacity: .7; }
      .high, .critical { border-left: 4px solid #c22; }
      .medium { border-left: 4px solid #c80; }
      tr:target { outline: 2px solid #36c; }
      code { font-size: 13px; white-space: pre-wrap; }
      </style>
      """;

  private TimelinePage() {}

  /**
   * The page.
   *
   * @param about what the timeline is about
   * @param span from when to when it is told
   * @param entries the first first
   * @param left how many more there are that are not among them
   */
  public static String of(
      String about, Selection span, List<Entry> entries, int left, Instant now) {
    return of(about, span, entries, left, now, "");
  }

  /**
   * The page with something below the timeline.
   *
   * @param more HTML, in which every text is {@link #escape escaped}
   */
  public static String of(
      String about, Selection span, List<Entry> entries, int left, Instant now, String more) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<h1>Timeline of ").append(escape(about)).append("</h1>\n<p>");
    page.append(entries.size()).append(" entries");
    page.append(" from <time>").append(moment(span.from())).append("</time>");
    page.append(" until <time>").append(moment(span.to())).append("</time>");
    page.append(", made at <time>").append(moment(now)).append("</time>");
    if (left > 0) {
      page.append("; ").append(left).append(" earlier ones are left out");
    }
    page.append(". Secrets are known by their fingerprints only.</p>\n<table>\n<tr><th>time");
    for (Lane lane : Lane.values()) {
      page.append("<th>").append(lane.word());
    }
    page.append("</tr>\n");
    Set<String> here = new HashSet<>();
    entries.forEach(entry -> here.add(entry.id()));
    Instant before = null;
    for (Entry entry : entries) {
      row(page, entry, before, here);
      before = entry.time();
    }
    return page.append("</table>\n").append(more).append("</html>\n").toString();
  }

  private static void row(
      StringBuilder page, Entry entry, @Nullable Instant before, Set<String> here) {
    page.append("<tr id=\"").append(escape(entry.id())).append("\"><td><time datetime=\"");
    page.append(entry.time()).append("\">").append(moment(entry.time())).append("</time>");
    if (before != null) {
      page.append("<br><small>+").append(seconds(before, entry.time())).append(" s</small>");
    }
    for (Lane lane : Lane.values()) {
      page.append("<td");
      if (lane == entry.lane()) {
        if (entry.severity() != null) {
          page.append(" class=\"").append(escape(entry.severity())).append('"');
        }
        page.append('>');
        cell(page, entry, here);
      } else {
        page.append('>');
      }
    }
    page.append("</tr>\n");
  }

  private static void cell(StringBuilder page, Entry entry, Set<String> here) {
    page.append("<b>").append(escape(entry.what())).append("</b>");
    if (entry.severity() != null) {
      page.append(" (").append(escape(entry.severity())).append(')');
    }
    if (entry.agentId() != null) {
      page.append(" <small>").append(escape(entry.agentId())).append("</small>");
    }
    page.append("<br><code>").append(escape(entry.text())).append("</code>");
    for (String id : entry.related()) {
      if (here.contains(id)) {
        page.append("<br><a href=\"#")
            .append(escape(id))
            .append("\">rests on ")
            .append(escape(id))
            .append("</a>");
      }
    }
    page.append("<details><summary>evidence</summary>");
    entry.details().forEach(line -> page.append(escape(line)).append("<br>"));
    page.append("<small>id ").append(escape(entry.id()));
    if (entry.origin() != null) {
      page.append("<br>Kafka ").append(escape(entry.origin().toString()));
    }
    if (entry.stream() != null) {
      page.append("<br>Elasticsearch ").append(escape(entry.stream()));
    }
    page.append("</small></details>");
  }

  private static Instant moment(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  private static String seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1_000.0 + "";
  }

  /** A text as it is shown: an agent wrote it, which may want to write a page. */
  public static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c);
      }
    }
    return safe.toString();
  }
}
