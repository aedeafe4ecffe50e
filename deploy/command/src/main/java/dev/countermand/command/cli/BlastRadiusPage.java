package dev.countermand.command.cli;

import dev.countermand.detectors.blastradius.BlastRadius;
import dev.countermand.detectors.blastradius.BlastRadius.Reach;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The blast radius as one HTML file that needs nothing else. */
final class BlastRadiusPage {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>What our credentials could destroy</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border-bottom: 1px solid #ccc; padding: .5rem; text-align: left; vertical-align: top; }
      .bad { color: #a00; font-weight: 600; }
      code { font-size: 13px; }
      </style>
      <h1>What our credentials could destroy</h1>
      """;

  private BlastRadiusPage() {}

  static String of(BlastRadius radius, Instant now) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<p>As of ")
        .append(now.truncatedTo(ChronoUnit.SECONDS))
        .append(", the gravest first. Secrets are known by their fingerprints only.</p>\n<table>\n")
        .append("<tr><th>credential<th>opens<th>can delete<th>its backups too<th>lies in")
        .append("<th>needed by<th>owner</tr>\n");
    for (Reach reach : radius.credentials()) {
      page.append("<tr><td>")
          .append(escape(reach.credential().name()))
          .append("<br><code>")
          .append(escape(reach.credential().fingerprint()))
          .append("</code><td>")
          .append(escape(reach.credential().environment()))
          .append("<td>")
          .append(lines(reach.removes(), "nothing that is known"))
          .append("<td class=bad>")
          .append(lines(reach.backups(), ""))
          .append("<td class=bad>")
          .append(lines(reach.files(), ""))
          .append("<td>")
          .append(reach.tasks().isEmpty() ? "<span class=bad>no open task</span>" : "")
          .append(lines(reach.tasks(), ""))
          .append("<td>")
          .append(
              reach.owned()
                  ? escape(String.valueOf(reach.credential().owner()))
                  : "<span class=bad>nobody</span>")
          .append("</tr>\n");
    }
    return page.append("</table>\n</html>\n").toString();
  }

  private static String lines(List<String> all, String none) {
    return all.isEmpty()
        ? none
        : String.join("<br>", all.stream().map(BlastRadiusPage::escape).toList());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
