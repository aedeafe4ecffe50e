package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The simple commands of a text as they are put together: words, assignments and redirections are
 * added to the last one until it ends. Not thread-safe.
 */
final class Commands {
  private static final int MAX_NESTING = 40;
  private static final Set<String> DECLARATIONS =
      Set.of("export", "local", "declare", "typeset", "readonly");

  private final Map<String, String> variables;
  private final List<Command> ended = new ArrayList<>();
  private final List<HereDocument> pending = new ArrayList<>();
  private int pipeline;

  private List<Word> assignments = new ArrayList<>();
  private List<Word> words = new ArrayList<>();
  private List<Redirect> redirects = new ArrayList<>();
  private @Nullable String input;
  private boolean touched;

  /** A here-document that is still to be read; the command is -1 until that has ended. */
  private record HereDocument(String delimiter, boolean stripTabs, boolean expands, int command) {
    HereDocument of(int ended) {
      return new HereDocument(delimiter, stripTabs, expands, ended);
    }
  }

  /** None yet; assignments are added to the variables. */
  Commands(Map<String, String> variables) {
    this.variables = variables;
  }

  /** How many have ended. */
  int size() {
    return ended.size();
  }

  /** Those that have ended. */
  List<Command> all() {
    return List.copyOf(ended);
  }

  /** The words of the last one so far. */
  List<Word> words() {
    return words;
  }

  /** Takes the words of the last one for something else. */
  void dropWords() {
    words = new ArrayList<>();
  }

  /** Adds a word; one that is not quoted may become several, or none. */
  void append(Word word) {
    touched = true;
    if (!words.isEmpty() && DECLARATIONS.contains(words.get(0).text())) {
      remember(word.text());
    }
    if (!word.quoted() && !word.dynamic() && word.text().indexOf('{') >= 0) {
      Braces.expand(word.text())
          .forEach(one -> words.add(new Word(one, false, false, word.substitutions())));
      return;
    }
    if (word.dynamic() || word.quoted() || word.text().indexOf(' ') < 0) {
      words.add(word);
      return;
    }
    StringTokenizer parts = new StringTokenizer(word.text(), " \t\n");
    while (parts.hasMoreTokens()) {
      words.add(new Word(parts.nextToken(), false, false, word.substitutions()));
    }
  }

  /** Adds an assignment; false, and nothing is added, when the word is none. */
  boolean assign(Word word) {
    if (!remember(word.text())) {
      return false;
    }
    before(List.of(word));
    return true;
  }

  /** Adds words that stand before the command's own, for the scripts that run in them. */
  void before(List<Word> some) {
    assignments.addAll(some);
    touched = true;
  }

  /** Keeps scripts that run although they are no word of a command. */
  void runs(List<String> scripts) {
    if (!scripts.isEmpty()) {
      assignments.add(new Word("", true, true, scripts));
    }
    touched = true;
  }

  /** Adds a redirection. */
  void add(Redirect redirect) {
    redirects.add(redirect);
    touched = true;
  }

  /** Says what the command reads. */
  void input(String text) {
    input = text;
    touched = true;
  }

  /** Says that the command reads a document that follows below its line. */
  void awaitDocument(Word delimiter, boolean stripTabs) {
    pending.add(new HereDocument(delimiter.text(), stripTabs, !delimiter.quoted(), -1));
    touched = true;
  }

  /** Whether documents were announced and not read. */
  boolean awaitsDocuments() {
    return !pending.isEmpty();
  }

  /** Reads the documents that were announced. */
  void readHereDocuments(WordReader reader) {
    List<HereDocument> due = List.copyOf(pending);
    pending.clear();
    for (HereDocument document : due) {
      String body = reader.hereDocument(document.delimiter(), document.stripTabs());
      int index = document.command();
      if (index >= 0 && index < ended.size()) {
        ended.set(index, withInput(ended.get(index), body, document.expands()));
      }
    }
  }

  private static Command withInput(Command old, String body, boolean expands) {
    List<Word> before = new ArrayList<>(old.assignments());
    List<String> scripts = expands ? Scripts.substitutions(body, MAX_NESTING) : List.of();
    if (!scripts.isEmpty()) {
      before.add(new Word("", true, true, scripts));
    }
    return new Command(List.copyOf(before), old.words(), old.redirects(), body, old.pipeline());
  }

  /** Ends the last one, if it has begun, and its pipeline where nothing is piped on. */
  void end(boolean endsPipeline) {
    if (touched) {
      pending.replaceAll(one -> one.command() < 0 ? one.of(ended.size()) : one);
      ended.add(
          new Command(
              List.copyOf(assignments),
              List.copyOf(words),
              List.copyOf(redirects),
              input,
              pipeline));
      assignments = new ArrayList<>();
      words = new ArrayList<>();
      redirects = new ArrayList<>();
      input = null;
      touched = false;
    }
    if (endsPipeline) {
      pipeline++;
    }
  }

  /** Puts the value of {@code name=value} or {@code name+=value} into the variables. */
  private boolean remember(String text) {
    int equals = assignmentAt(text);
    if (equals <= 0) {
      return false;
    }
    boolean adds = text.charAt(equals - 1) == '+';
    String name = text.substring(0, adds ? equals - 1 : equals);
    String value = text.substring(equals + 1);
    variables.put(name, adds ? variables.getOrDefault(name, "") + value : value);
    return true;
  }

  private static int assignmentAt(String text) {
    int i = 0;
    while (i < text.length() && WordReader.isNameChar(text.charAt(i))) {
      i++;
    }
    if (i == 0 || i >= text.length() || Character.isDigit(text.charAt(0))) {
      return -1;
    }
    if (text.charAt(i) == '+') {
      i++;
    }
    return i < text.length() && text.charAt(i) == '=' ? i : -1;
  }
}
