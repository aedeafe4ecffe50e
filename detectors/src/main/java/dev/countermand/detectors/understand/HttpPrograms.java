package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Command-line HTTP clients: {@code curl}, {@code wget}, HTTPie, {@code gh api}. */
final class HttpPrograms implements Program {
  private static final Set<String> VALUES =
      Set.of(
          "-X",
          "--request",
          "--method",
          "-H",
          "--header",
          "-d",
          "--data",
          "--data-raw",
          "--data-binary",
          "--data-ascii",
          "--data-urlencode",
          "--json",
          "-F",
          "--form",
          "-T",
          "--upload-file",
          "-o",
          "--output",
          "-u",
          "--user",
          "-A",
          "--user-agent",
          "-b",
          "--cookie",
          "-c",
          "--cookie-jar",
          "-e",
          "--referer",
          "-m",
          "--max-time",
          "-w",
          "--write-out",
          "-x",
          "--proxy",
          "--url",
          "--connect-timeout",
          "--retry",
          "--cacert",
          "--cert",
          "--key",
          "-K",
          "--config",
          "-O",
          "--output-document",
          "--post-data",
          "--post-file",
          "--body-data",
          "--body-file",
          "-f",
          "--field",
          "--raw-field",
          "-a",
          "--auth",
          "--hostname",
          "--input",
          "-P",
          "--directory-prefix",
          "-q",
          "--jq",
          "-t",
          "--template",
          "--resolve",
          "-E",
          "-D",
          "--dump-header",
          "-r",
          "--range");
  private static final Set<String> METHODS =
      Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE");

  private final HttpReader http;
  private final Files files;

  HttpPrograms(HttpReader http, Files files) {
    this.http = http;
    this.files = files;
  }

  @Override
  public void read(Invocation call, Effects out) {
    Request request = new Request(call);
    request.read();
    request.emit(out);
  }

  /** One command line on its way to being a call. */
  private final class Request {
    private final Invocation call;
    private final Map<String, String> headers = new HashMap<>();
    private final List<String> urls = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final List<String> sent = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private @Nullable String method;
    private String otherwise = "GET";

    Request(Invocation call) {
      this.call = call;
    }

    void read() {
      Set<String> values = new java.util.HashSet<>(VALUES);
      if (call.name().equals("curl")) {
        values.removeAll(Set.of("-O", "-f", "-q", "-a", "-P"));
      } else if (call.name().equals("wget")) {
        values.removeAll(Set.of("-c", "-d", "-q", "-r", "-m", "-x", "-b", "-F", "-E", "-K"));
      }
      Arguments arguments = Arguments.of(call.words(), values);
      arguments.options().forEach(this::option);
      boolean items = call.name().startsWith("http") || call.name().startsWith("xh");
      for (Word word : arguments.positional()) {
        positional(word.text(), items);
      }
    }

    private void positional(String text, boolean items) {
      if (items && METHODS.contains(text.toUpperCase(Locale.ROOT)) && urls.isEmpty()) {
        method = text;
      } else if (items && !urls.isEmpty()) {
        if (text.indexOf('=') > 0) {
          otherwise = "POST";
          body.append(text).append('&');
        }
      } else {
        urls.add(text.startsWith(":") ? "localhost" + text : text);
      }
    }

    private void option(Arguments.Option option) {
      String name = option.name();
      String value = option.value();
      if (value == null) {
        flag(name);
        return;
      }
      switch (name) {
        case "-X", "--request", "--method" -> method = value;
        case "-H", "--header" -> {
          int colon = value.indexOf(':');
          if (colon > 0) {
            headers.put(value.substring(0, colon).trim(), value.substring(colon + 1).trim());
          }
        }
        case "-d",
            "--data",
            "--data-raw",
            "--data-binary",
            "--data-ascii",
            "--data-urlencode",
            "--json",
            "--post-data",
            "--body-data" ->
            data(value);
        case "-F", "--form", "-f", "--field", "--raw-field" -> form(value);
        case "-T", "--upload-file", "--post-file", "--body-file", "--input" -> {
          otherwise = "PUT";
          sent.add(value);
        }
        case "--url" -> urls.add(value);
        case "-o", "--output", "-O", "--output-document" -> written.add(value);
        default -> {}
      }
    }

    private void flag(String name) {
      if (name.equals("-I") || name.equals("--head")) {
        otherwise = "HEAD";
      } else if (name.startsWith("-X") && name.length() > 2) {
        method = name.substring(2);
      } else if (name.startsWith("-d") && name.length() > 2 && call.name().equals("curl")) {
        data(name.substring(2));
      } else if (METHODS.contains(name.substring(name.indexOf('X') + 1))
          && !name.startsWith("--")) {
        method = name.substring(name.indexOf('X') + 1);
      } else if (name.length() > 2 && name.charAt(1) != '-' && name.endsWith("X")) {
        method = valueAfter(name);
      }
    }

    private @Nullable String valueAfter(String cluster) {
      for (int i = 0; i + 1 < call.words().size(); i++) {
        if (call.words().get(i).text().equals(cluster)) {
          return call.words().get(i + 1).text();
        }
      }
      return null;
    }

    private void data(String value) {
      otherwise = "POST";
      if (value.equals("@-") && call.stdin() != null) {
        body.append(call.stdin());
      } else if (value.startsWith("@")) {
        sent.add(value.substring(1));
      } else {
        body.append(body.isEmpty() ? "" : "&").append(value);
      }
    }

    private void form(String value) {
      otherwise = "POST";
      int equals = value.indexOf('=');
      String content = value.substring(equals + 1);
      if (content.startsWith("@")) {
        sent.add(content.substring(1));
      } else if (value.startsWith("query=")) {
        body.append(content);
      } else {
        body.append(value).append('&');
      }
    }

    void emit(Effects out) {
      String verb = method == null ? otherwise : method;
      for (String path : sent) {
        String written = out.written(path);
        body.append(written == null ? "" : written);
      }
      urls.removeIf(url -> METHODS.contains(url));
      for (String url : urls) {
        if (!out.step()) {
          return;
        }
        String scheme = url.contains("://") ? url.substring(0, url.indexOf("://")) : "http";
        if (scheme.equals("file") && url.length() > 7) {
          files.reads(url.substring(7), call.context(), call.text(), out);
        } else if (scheme.startsWith("http")) {
          http.read(new HttpCall(verb, url, headers, body.toString()), out);
        } else {
          send(url, "network", out);
        }
      }
      keeps(out);
      String to = urls.isEmpty() ? "" : urls.get(0);
      for (String path : sent) {
        files.reads(path, call.context(), call.text(), out);
        send(to, "file", out);
      }
      for (String path : written) {
        if (!path.equals("-")) {
          files.writes(path, call.context(), call.text(), out);
        }
      }
    }

    /** What is fetched from somewhere else and kept, in case somebody runs it. */
    private void keeps(Effects out) {
      boolean shown = written.contains("-") || written.contains("/dev/null");
      boolean kept =
          !written.isEmpty()
              || (call.name().equals("wget") && !has("--spider"))
              || (call.name().equals("curl") && (has("-O") || has("--remote-name")));
      if (!kept || shown || urls.isEmpty() || sent.size() + body.length() > 0) {
        return;
      }
      String from = urls.get(0);
      if (!Environments.of(from).equals(Environments.LOCAL)) {
        out.add(
            Verb.WRITE,
            "foreign-code",
            from,
            Environments.LOCAL,
            Reversal.POSSIBLE,
            0.7,
            call.text());
      }
    }

    private boolean has(String option) {
      return call.words().stream()
          .map(Word::text)
          .anyMatch(
              text ->
                  text.equals(option)
                      || (option.length() == 2
                          && text.length() > 2
                          && text.length() < 6
                          && text.charAt(0) == '-'
                          && text.charAt(1) != '-'
                          && text.indexOf(option.charAt(1)) > 0));
    }

    private void send(String to, String type, Effects out) {
      out.add(Verb.SEND, type, to, Environments.of(to), Reversal.IMPOSSIBLE, 0.8, call.text());
    }
  }
}
