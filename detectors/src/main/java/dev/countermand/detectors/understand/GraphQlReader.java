package dev.countermand.detectors.understand;

import dev.countermand.model.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of GraphQL mutations. It follows brackets, strings and comments only, in one
 * pass, so that a document a strict parser refuses is still read.
 */
final class GraphQlReader {
  private static final int MAX_FIELDS = 100;

  private final ActionWords words;

  GraphQlReader(ActionWords words) {
    this.words = words;
  }

  /** Whether a text can hold a mutation at all. */
  static boolean mayMutate(String text) {
    return text.contains("mutation");
  }

  /** Whether a body is a GraphQL document that only asks, by itself or in JSON. */
  static boolean onlyQueries(String body) {
    String text = body.strip();
    if (mayMutate(text)) {
      return false;
    }
    if (!text.startsWith("{")) {
      return text.startsWith("query");
    }
    int name = text.indexOf("\"query\"");
    int colon = name < 0 ? -1 : text.indexOf(':', name);
    String value = colon < 0 ? "" : text.substring(colon + 1).stripLeading();
    String document = value.startsWith("\"") ? value.substring(1).stripLeading() : "";
    return document.startsWith("query") || document.startsWith("{");
  }

  void read(String document, String environment, Effects out) {
    Scanner scanner = new Scanner(document);
    int fields = 0;
    String field;
    while ((field = scanner.nextField()) != null) {
      if (fields++ == MAX_FIELDS) {
        out.unread("it has more than " + MAX_FIELDS + " mutations");
        return;
      }
      ActionWords.Meaning meaning = words.of(field);
      String because = "mutation { " + field + scanner.argumentsAhead() + " }";
      if (meaning == null || meaning.verb() == Verb.READ) {
        out.add(Verb.WRITE, "resource", field, environment, Reversal.POSSIBLE, 0.5, because);
      } else {
        Reversal reversal = Reversal.of(!meaning.removes());
        String type = meaning.type().isEmpty() ? "resource" : meaning.type();
        out.add(meaning.verb(), type, scanner.subjectAhead(), environment, reversal, 0.9, because);
      }
    }
  }

  /** Finds the fields at the first level of mutations and of fragments beside them. */
  private static final class Scanner {
    private final String text;
    private int at;
    private int depth;
    private boolean mutation;
    private String lastName = "";

    Scanner(String text) {
      this.text = text;
    }

    /** The next field of a mutation, aliases resolved; null at the end. */
    @Nullable String nextField() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '#') {
          skipLine();
        } else if (c == '"') {
          skipString();
        } else if (c == '{') {
          depth++;
          at++;
        } else if (c == '}') {
          depth = Math.max(0, depth - 1);
          at++;
        } else if (c == '(') {
          skipArguments();
        } else if (c == '@' || c == '$') {
          at++;
          name();
        } else if (Character.isLetter(c) || c == '_') {
          String field = named();
          if (field != null) {
            return field;
          }
        } else {
          at++;
        }
      }
      return null;
    }

    private @Nullable String named() {
      boolean spread = at > 1 && text.charAt(at - 1) == '.';
      String name = name();
      if (depth == 0) {
        operation(name);
        return null;
      }
      if (depth != 1 || !mutation || spread) {
        return null;
      }
      skipBlanks();
      if (at < text.length() && text.charAt(at) == ':') {
        at++;
        skipBlanks();
        return name();
      }
      return name.equals("on") ? null : name;
    }

    private void operation(String name) {
      switch (name) {
        case "mutation" -> mutation = true;
        case "query", "subscription" -> mutation = lastName.equals("mutation") && mutation;
        default -> {}
      }
      lastName = name;
    }

    private String name() {
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      return text.substring(start, at);
    }

    /** The arguments at the cursor, for a person to read. */
    String argumentsAhead() {
      if (at >= text.length() || text.charAt(at) != '(') {
        return "";
      }
      int end = text.indexOf(')', at);
      return text.substring(at, Math.min(end < 0 ? text.length() : end + 1, at + 120));
    }

    /** What the arguments at the cursor name: the first text in quotes, else all of them. */
    String subjectAhead() {
      String arguments = argumentsAhead();
      int open = arguments.indexOf('"');
      int close = open < 0 ? -1 : arguments.indexOf('"', open + 1);
      if (close > open + 1) {
        return arguments.substring(open + 1, close);
      }
      return arguments.startsWith("(") && arguments.endsWith(")")
          ? arguments.substring(1, arguments.length() - 1)
          : arguments;
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private void skipLine() {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end;
    }

    private void skipString() {
      boolean block = text.startsWith("\"\"\"", at);
      int i = at + (block ? 3 : 1);
      while (i < text.length()) {
        if (text.charAt(i) == '\\') {
          i++;
        } else if (block ? text.startsWith("\"\"\"", i) : text.charAt(i) == '"') {
          break;
        }
        i++;
      }
      at = Math.min(text.length(), i + (block ? 3 : 1));
    }

    private void skipArguments() {
      int open = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '"') {
          skipString();
          continue;
        }
        if (c == '(') {
          open++;
        } else if (c == ')' && --open == 0) {
          at++;
          return;
        }
        at++;
      }
    }
  }
}
