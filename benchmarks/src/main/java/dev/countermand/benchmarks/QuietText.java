package dev.countermand.benchmarks;

import java.util.List;
import java.util.Random;

/**
 * Text as agents read and write it, without any secret: source code, logs, the output of a shell.
 * The same seed gives the same text. Every word that names secrets occurs about as often as in
 * ordinary work, because those are where the redactor looks twice.
 */
final class QuietText {
  private static final List<String> NAMES =
      List.of(
          "order",
          "customer",
          "invoice",
          "basket",
          "shipment",
          "region",
          "cursor",
          "payload",
          "window",
          "record",
          "partition",
          "offset",
          "buffer",
          "handler",
          "channel",
          "segment",
          "key",
          "value",
          "index",
          "session",
          "tokenizer",
          "author",
          "passenger",
          "compass");
  private static final List<String> VERBS =
      List.of("read", "write", "merge", "resolve", "collect", "flush", "apply", "parse", "load");

  private static final List<String> CODE =
      List.of(
          "  private final Map<String, %T> %ns = new HashMap<>();",
          "  /** Returns the %n of this %n, or null when the %n has none. */",
          "  %T %v%T(%T %n, int limit) {",
          "    if (%n == null || limit < %d) {",
          "      throw new IllegalArgumentException(\"%n must have a %n: \" + limit);",
          "    }",
          "    for (%T %n : %ns.values()) {",
          "      %n.%v(%n.key(), limit - %d);",
          "      total += %n.length() * %d;",
          "    }",
          "    return %v(%n, new %T(%d, \"%n-%n\"));",
          "  }",
          "",
          "import dev.shop.%n.%n.%T;",
          "    assertThat(%n.%v(%d)).isEqualTo(new %T(\"%n\", %d));",
          "    // The %n is %v first: a %n without one would be counted twice.",
          "def %v_%n(self, %n, key=None):",
          "    return [%n for %n in self.%ns if %n.%n_id == key]",
          "  const %n = await %v%T({ %n, limit: %d });");
  private static final List<String> LOG =
      List.of(
          "2031-04-%2T1%1:%2:%2.%3Z INFO  [%n-worker-%d] d.s.%n.%T - %v %d %ns in %d ms",
          "2031-04-%2T1%1:%2:%2.%3Z DEBUG [http-nio-%d] d.s.web.%T - GET /api/%ns/%d?limit=%d 200",
          "2031-04-%2T1%1:%2:%2.%3Z WARN  [main] d.s.%n.%T - request %u was slow: %d ms",
          "10.%d.%d.%d - - [1%1/Apr/2031:1%1:%2:%2 +0000] \"GET /%ns/%d HTTP/1.1\" 200 %d \"-\"",
          "{\"time\":\"2031-04-%2T1%1:%2:%2Z\",\"level\":\"info\",\"msg\":\"%v %n\",\"id\":\"%u\",\"ms\":%d}",
          "time=1%1:%2:%2 level=info msg=\"%v done\" %n=%d trace=%x span=%x",
          "\tat dev.shop.%n.%T.%v(%T.java:%d)",
          "java.lang.IllegalStateException: %n %d of request %u has no key");
  private static final List<String> SHELL =
      List.of(
          "$ git log --oneline -n %d",
          "%x Let the %n %v its %ns before the %n",
          "-rw-r--r-- 1 dev dev %d Apr %d 1%1:%2 src/main/java/dev/shop/%n/%T.java",
          "drwxr-xr-x %d root root 4096 Apr %d 1%1:%2 %n-%d.%d",
          "./src/%n/%T.java:%d:    %T %n = %v(%d);",
          "$ curl -s https://api.shop.example/%ns/%d | jq .%n",
          "$ docker run --rm -p %d:80 %n:%d.%d",
          "[INFO] Tests run: %d, Failures: 0, Errors: 0, Skipped: %d - in dev.shop.%n.%TTest",
          "[INFO] Building jar: /work/shop/%n/target/%n-%d.%d.jar",
          "%d files changed, %d insertions(+), %d deletions(-)",
          "%n-%d   1/1   Running   0   %dd   10.%d.%d.%d   node-%d",
          "commit %x%x%x%x%x",
          "Author: Dev <dev@shop.example>",
          "tcp   LISTEN 0   %d   127.0.0.1:%d   users:((\"%n\",pid=%d,fd=%d))");

  /** What the text is like. */
  enum Kind {
    CODE(QuietText.CODE),
    LOG(QuietText.LOG),
    SHELL(QuietText.SHELL);

    private final List<String> lines;

    Kind(List<String> lines) {
      this.lines = lines;
    }
  }

  private final Random random;
  private final StringBuilder out = new StringBuilder();

  private QuietText(long seed) {
    random = new Random(seed);
  }

  /** Returns a text of about {@code length} characters, all of them ASCII. */
  static String of(Kind kind, int length, long seed) {
    QuietText text = new QuietText(seed);
    while (text.out.length() < length) {
      text.line(text.pick(kind.lines));
    }
    return text.out.toString();
  }

  private void line(String template) {
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == '%') {
        fill(template.charAt(++i));
      } else {
        out.append(c);
      }
    }
    out.append('\n');
  }

  private void fill(char what) {
    switch (what) {
      case 'n' -> out.append(pick(NAMES));
      case 'v' -> out.append(pick(VERBS));
      case 'T' -> {
        String name = pick(NAMES);
        out.append(Character.toUpperCase(name.charAt(0))).append(name, 1, name.length());
      }
      case 'd' -> out.append(random.nextInt(256));
      case 'x' -> hex(8);
      case 'u' -> {
        hex(8);
        for (int part = 0; part < 3; part++) {
          out.append('-');
          hex(4);
        }
        out.append('-');
        hex(12);
      }
      default -> {
        for (int digit = 0; digit < what - '0'; digit++) {
          out.append(random.nextInt(digit == 0 ? 6 : 10));
        }
      }
    }
  }

  private void hex(int length) {
    for (int i = 0; i < length; i++) {
      out.append(Character.forDigit(random.nextInt(16), 16));
    }
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
