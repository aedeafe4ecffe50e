package dev.countermand.detectors.understand;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads calls to HTTP APIs: method, path, GraphQL mutations, actions named in the body. */
final class HttpReader {
  private static final int MAX_BODY = 65_536;
  private static final int MAX_SEGMENTS = 32;

  private final ActionWords words;
  private final GraphQlReader graphQl;
  private final SqlReader sql;

  HttpReader(ActionWords words, SqlReader sql) {
    this.words = words;
    this.graphQl = new GraphQlReader(words);
    this.sql = sql;
  }

  void read(HttpCall call, Effects out) {
    String body = call.body() == null ? "" : call.body();
    if (body.length() > MAX_BODY) {
      body = body.substring(0, MAX_BODY);
      out.unread("its body is longer than " + MAX_BODY + " characters");
    }
    String environment = environment(call.url(), body);
    String method = method(call);
    String because = method + " " + call.url();
    int before = out.size();
    body(body, environment, because, out);
    target(call.headers(), call.url(), environment, because, out);
    switch (method) {
      case "DELETE", "PURGE" -> delete(call.url(), environment, because, out);
      case "GET", "HEAD", "OPTIONS" -> read(call.url(), environment, because, out);
      default -> {
        path(call.url(), environment, because, out);
        if (out.size() == before && (readsOnly(call.url()) || GraphQlReader.onlyQueries(body))) {
          read(call.url(), environment, because, out);
        } else if (out.size() == before) {
          out.add(
              Verb.WRITE,
              type(segments(call.url())),
              last(segments(call.url())),
              environment,
              Reversal.POSSIBLE,
              0.7,
              because);
        }
      }
    }
  }

  private static String method(HttpCall call) {
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      if (header.getKey().equalsIgnoreCase("X-HTTP-Method-Override")) {
        return header.getValue().trim().toUpperCase(Locale.ROOT);
      }
    }
    String lower = call.url().toLowerCase(Locale.ROOT);
    return lower.contains("_method=delete") ? "DELETE" : call.method().toUpperCase(Locale.ROOT);
  }

  private static String environment(String url, String body) {
    String named = Environments.of(url);
    if (named.equals(Environments.PRODUCTION)) {
      return named;
    }
    String said = Environments.of(body.substring(0, Math.min(body.length(), 2_000)));
    return said.equals(Environments.PRODUCTION) ? said : named;
  }

  /** Actions named in the body: GraphQL, SQL, JSON-RPC, and {@code Action=DeleteVolume}. */
  private void body(String body, String environment, String because, Effects out) {
    if (body.isBlank()) {
      return;
    }
    String text = body.strip();
    if (text.startsWith("{") || text.startsWith("[")) {
      JsonNode json = parse(text);
      if (json != null) {
        for (JsonNode one : json.isArray() ? json : List.of(json)) {
          document(one, environment, because, out);
        }
        return;
      }
    }
    if (GraphQlReader.mayMutate(text)) {
      graphQl.read(text, environment, out);
    }
    action(text, environment, because, out);
  }

  private void document(JsonNode json, String environment, String because, Effects out) {
    for (String field : List.of("query", "sql", "statement", "mutation")) {
      String text = json.path(field).asText("");
      if (GraphQlReader.mayMutate(text)) {
        graphQl.read(text, environment, out);
      } else if (SqlReader.startsLikeSql(text)) {
        sql.read(text, environment, out);
      }
    }
    for (String field : List.of("method", "action", "operation", "command", "op")) {
      String text = json.path(field).asText("");
      if (!text.isEmpty() && text.length() < 100) {
        named(text, environment, because + " " + field + "=" + text, out);
      }
    }
  }

  private static @Nullable JsonNode parse(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Form and query parameters as AWS's query protocol has them. */
  private void action(String text, String environment, String because, Effects out) {
    int at = text.indexOf("Action=");
    if (at < 0) {
      return;
    }
    int end = at + 7;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    named(text.substring(at + 7, end), environment, because, out);
  }

  private void target(
      Map<String, String> headers, String url, String environment, String because, Effects out) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase("X-Amz-Target")) {
        String value = header.getValue();
        named(value.substring(value.lastIndexOf('.') + 1), environment, because, out);
      }
    }
    int query = url.indexOf('?');
    if (query > 0) {
      String asked = decoded(url.substring(query + 1));
      action(asked, environment, because, out);
      int document = asked.indexOf("query=");
      if (document >= 0 && GraphQlReader.mayMutate(asked)) {
        graphQl.read(asked.substring(document + 6), environment, out);
      }
    }
  }

  private static String decoded(String query) {
    try {
      return URLDecoder.decode(query, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return query;
    }
  }

  private void named(String name, String environment, String because, Effects out) {
    int dot = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'));
    ActionWords.Meaning meaning = words.of(name.replace('.', '_'));
    if (dot > 0 && (meaning == null || !meaning.removes())) {
      meaning = words.of(name.substring(dot + 1));
    }
    if (meaning == null || meaning.verb() == Verb.READ) {
      return;
    }
    out.add(
        meaning.verb(),
        meaning.type().isEmpty() ? "resource" : meaning.type(),
        "",
        environment,
        Reversal.of(!meaning.removes()),
        0.8,
        because);
  }

  private void delete(String url, String environment, String because, Effects out) {
    List<String> segments = segments(url);
    String type = type(segments);
    boolean searchIndex = url.contains(":9200") && segments.size() == 1;
    boolean whole = searchIndex || words.container(type) || segments.isEmpty();
    out.add(
        whole ? Verb.DESTROY : Verb.DELETE,
        searchIndex ? "index" : type,
        last(segments),
        environment,
        Reversal.IMPOSSIBLE,
        0.9,
        because);
  }

  private void read(String url, String environment, String because, Effects out) {
    List<String> segments = segments(url);
    for (String segment : segments) {
      if (segment.equals("delete") || segment.equals("destroy") || segment.equals("purge")) {
        out.add(
            Verb.DELETE,
            type(segments),
            last(segments),
            environment,
            Reversal.IMPOSSIBLE,
            0.4,
            because);
        return;
      }
    }
    String type = type(segments);
    boolean secret =
        type.equals("secret")
            || url.contains("169.254.169.254")
            || url.contains("metadata.google.internal");
    out.add(
        secret ? Verb.READ_SECRET : Verb.READ,
        secret ? "credential" : type,
        last(segments),
        environment,
        Reversal.of(!secret),
        0.8,
        because);
  }

  /** What a POST, PUT or PATCH to a path that names an action does. */
  private void path(String url, String environment, String because, Effects out) {
    List<String> segments = segments(url);
    for (int i = segments.size() - 1; i >= Math.max(0, segments.size() - 3); i--) {
      String segment = segments.get(i);
      if (segment.length() > 60) {
        continue;
      }
      if (segment.equals("_close")) {
        // A closed search index answers nobody, like a stopped service.
        out.add(
            Verb.DELETE,
            "running-service",
            segments.get(Math.max(0, i - 1)),
            environment,
            Reversal.IMPOSSIBLE,
            0.55,
            because);
        return;
      }
      ActionWords.Meaning meaning = words.of(segment.substring(segment.lastIndexOf(':') + 1));
      if (meaning != null && meaning.verb().compareTo(Verb.SEND) >= 0) {
        String type = type(segments.subList(0, i));
        Verb verb =
            meaning.removes() && meaning.type().isEmpty() && words.container(type)
                ? Verb.DESTROY
                : meaning.verb();
        out.add(
            verb,
            meaning.type().isEmpty() ? type : meaning.type(),
            i > 0 ? segments.get(i - 1) : "",
            environment,
            Reversal.of(!meaning.removes()),
            0.8,
            because);
        return;
      }
    }
  }

  private static boolean readsOnly(String url) {
    return url.endsWith("/_search") || url.endsWith("/search") || url.contains("/_msearch");
  }

  /** The path segments of an address, decoded no further than their words need. */
  static List<String> segments(String url) {
    String path = url;
    int scheme = path.indexOf("://");
    int start = scheme >= 0 ? path.indexOf('/', scheme + 3) : path.indexOf('/');
    if (scheme < 0 && start > 0 && !host(path.substring(0, start))) {
      start = 0;
    }
    if (start < 0) {
      return List.of();
    }
    int end = path.length();
    for (char stop : new char[] {'?', '#'}) {
      int at = path.indexOf(stop, start);
      end = at >= 0 && at < end ? at : end;
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(start, end).split("/", MAX_SEGMENTS)) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return segments;
  }

  private static boolean host(String text) {
    return text.indexOf('.') >= 0 || text.indexOf(':') >= 0 || text.equals("localhost");
  }

  /** The noun of a path: the last segment that is a plural or a known kind of thing. */
  private String type(List<String> segments) {
    for (int i = segments.size() - 1; i >= Math.max(0, segments.size() - 3); i--) {
      String segment = segments.get(i).toLowerCase(Locale.ROOT);
      boolean wordy = segment.chars().allMatch(c -> Character.isLetter(c) || c == '_' || c == '-');
      boolean noun = segment.endsWith("s") || words.container(segment);
      if (wordy && noun && !segment.isEmpty()) {
        return String.join("-", ActionWords.split(words.noun(segment)));
      }
    }
    return "resource";
  }

  private static String last(List<String> segments) {
    return segments.isEmpty() ? "" : segments.get(segments.size() - 1);
  }
}
