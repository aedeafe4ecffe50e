package dev.countermand.detectors.refusal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.KnowledgeFiles;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells from what a call came back with whether it was refused: by a provider, by the operating
 * system, or by a person at the agent's own prompt. What is refused and how that is said is in
 * {@code refusals.yaml}. Of an output at most {@value #MAX_NODES} values are read, of each the
 * first and last {@value #MAX_END} characters. Thread-safe.
 */
public final class RefusalReader {
  /** Most values of an output that are looked at. */
  static final int MAX_NODES = 16;

  /** Most characters that are read of the beginning and of the end of a value. */
  static final int MAX_END = 1_024;

  /** What an agent reports when it did not let itself call a tool. */
  private static final String REFUSED_BY_AGENT = "PermissionDenied";

  /**
   * The file.
   *
   * @param words what is only said of refusals
   * @param statuses numbers that say so behind one of {@code beforeStatus}
   * @param beforeStatus what stands before a status
   * @param cases what the test reads
   */
  record Knowledge(
      List<String> words, List<String> statuses, List<String> beforeStatus, List<Case> cases) {}

  /** An example: what is said, and whether it is a refusal. */
  record Case(String says, boolean refused) {}

  private final List<String> words;
  private final List<String> statuses;

  private RefusalReader(Knowledge knowledge) {
    words = List.copyOf(knowledge.words());
    statuses =
        knowledge.beforeStatus().stream()
            .flatMap(before -> knowledge.statuses().stream().map(status -> before + " " + status))
            .toList();
  }

  /** A reader with what is known. */
  public static RefusalReader standard() {
    return new RefusalReader(knowledge());
  }

  static Knowledge knowledge() {
    return KnowledgeFiles.read(RefusalReader.class, "refusals.yaml", Knowledge.class);
  }

  /**
   * Whether an action says that its call was refused. A call that ended well was only where it
   * speaks HTTP or uses a credential, and its output has the status: a file with such words is
   * none.
   */
  public boolean refused(Action action) {
    if (action.phase() == Phase.NOTICE) {
      return action.name().equals(REFUSED_BY_AGENT);
    }
    JsonNode output = action.output();
    if (action.phase() != Phase.RESULT || output == null) {
      return false;
    }
    if (action.outcome() == Outcome.FAILURE || isError(output)) {
      return says(text(output));
    }
    boolean calls =
        action.kind() == ActionKind.HTTP || !action.credentials(CredentialRole.USED).isEmpty();
    return calls && hasStatus(plain(text(output)));
  }

  /** Whether a failed call that says this was refused. */
  boolean says(String text) {
    String plain = plain(text);
    return words.stream().anyMatch(plain::contains) || hasStatus(plain);
  }

  /** What MCP calls a result that is an error. */
  private static boolean isError(JsonNode output) {
    return output.path("isError").asBoolean() || output.path("is_error").asBoolean();
  }

  private boolean hasStatus(String plain) {
    for (String status : statuses) {
      for (int at = plain.indexOf(status); at >= 0; at = plain.indexOf(status, at + 1)) {
        int end = at + status.length();
        if (end == plain.length() || !Character.isLetterOrDigit(plain.charAt(end))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    boolean blank = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':' || c == '=' || Character.isWhitespace(c)) {
        if (!blank) {
          plain.append(' ');
        }
        blank = true;
      } else if (c != '"' && c != '\'') {
        plain.append(c);
        blank = false;
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  /** The values with their names, a line each. */
  private static String text(JsonNode output) {
    StringBuilder text = new StringBuilder();
    Deque<Map.Entry<String, JsonNode>> open = new ArrayDeque<>();
    open.add(Map.entry("", output));
    int nodes = 0;
    while (!open.isEmpty() && nodes < MAX_NODES) {
      Map.Entry<String, JsonNode> next = open.remove();
      JsonNode node = next.getValue();
      if (node.isValueNode()) {
        nodes++;
        text.append(next.getKey()).append(' ');
        append(text, node.asText());
      }
      add(open, node, next.getKey());
    }
    return text.toString();
  }

  private static void add(Deque<Map.Entry<String, JsonNode>> open, JsonNode node, String name) {
    if (node.isArray()) {
      for (int i = 0; i < Math.min(node.size(), MAX_NODES); i++) {
        open.add(Map.entry(name, node.get(i)));
      }
    } else if (node.isObject()) {
      int added = 0;
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (added++ == MAX_NODES) {
          return;
        }
        open.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
  }

  private static void append(StringBuilder text, String value) {
    if (value.length() <= 2 * MAX_END) {
      text.append(value);
    } else {
      text.append(value, 0, MAX_END)
          .append('\n')
          .append(value, value.length() - MAX_END, value.length());
    }
    text.append('\n');
  }
}
