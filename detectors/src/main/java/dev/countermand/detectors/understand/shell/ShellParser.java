package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Splits POSIX and bash text into simple commands in one pass. It accepts every text: what a shell
 * would refuse is read as far as it makes sense. Conditionals and loops are flattened, because
 * every branch may run. Not thread-safe; one parser per text.
 */
public final class ShellParser {
  private static final int MAX_COMMANDS = 2_000;
  private static final Set<String> INTRODUCERS =
      Set.of("if", "then", "else", "elif", "fi", "while", "until", "do", "done", "{", "}", "!");
  private static final Set<String> DECLARATIONS =
      Set.of("export", "local", "declare", "typeset", "readonly");

  private final WordReader reader;
  private final Map<String, String> variables;
  private final List<Command> commands = new ArrayList<>();
  private final List<HereDocument> pending = new ArrayList<>();
  private final List<Integer> casesOpen = new ArrayList<>();
  private final Set<String> functions = new HashSet<>();
  private int parens;
  private int pipeline;
  private boolean complete = true;

  private List<Word> assignments = new ArrayList<>();
  private List<Word> words = new ArrayList<>();
  private List<Redirect> redirects = new ArrayList<>();
  private @Nullable String input;
  private boolean touched;

  private record HereDocument(String delimiter, boolean stripTabs, boolean expands, int command) {}

  private ShellParser(String text, Map<String, String> variables) {
    this.variables = variables;
    variables.putIfAbsent("IFS", " ");
    this.reader = new WordReader(text, variables);
  }

  /** The commands of a text. */
  public static Script parse(String text) {
    return parse(text, new HashMap<>());
  }

  /**
   * The commands of a text.
   *
   * @param variables what is known of variables; assignments of the text are added to it
   */
  public static Script parse(String text, Map<String, String> variables) {
    ShellParser parser = new ShellParser(text, variables);
    parser.run();
    return new Script(
        List.copyOf(parser.commands),
        Set.copyOf(parser.functions),
        parser.complete && parser.reader.complete());
  }

  private void run() {
    while (!reader.atEnd()) {
      if (commands.size() >= MAX_COMMANDS) {
        complete = false;
        return;
      }
      step();
    }
    endCommand(true);
    complete &= pending.isEmpty();
  }

  private void step() {
    char c = reader.peek();
    if (c == ' ' || c == '\t' || c == '\r') {
      reader.advance(1);
    } else if (c == '\\' && reader.peek(1) == '\n') {
      reader.advance(2);
    } else if (c == '#') {
      reader.skipLine();
    } else if (c == '\n') {
      reader.advance(1);
      endCommand(true);
      readHereDocuments();
    } else if (!operator(c)) {
      word();
    }
  }

  private boolean operator(char c) {
    switch (c) {
      case ';' -> semicolon();
      case '&' -> ampersand();
      case '|' -> bar();
      case '(' -> open();
      case ')' -> close();
      case '<', '>' -> {
        return redirection("");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void semicolon() {
    boolean caseEnd = reader.peek(1) == ';' || reader.peek(1) == '&';
    reader.advance(caseEnd ? 2 : 1);
    endCommand(true);
    if (caseEnd && !casesOpen.isEmpty()) {
      skipCasePattern();
    }
  }

  private void ampersand() {
    if (reader.peek(1) == '>') {
      reader.advance(1);
      redirection("&");
      return;
    }
    reader.advance(reader.peek(1) == '&' ? 2 : 1);
    endCommand(true);
  }

  private void bar() {
    char next = reader.peek(1);
    if (next == '|') {
      reader.advance(2);
      endCommand(true);
    } else {
      reader.advance(next == '&' ? 2 : 1);
      endCommand(false);
    }
  }

  private void open() {
    if (reader.peek(1) == '(' && words.isEmpty()) {
      runs(reader.skipArithmetic());
      return;
    }
    if (words.size() == 1 && reader.peek(1) == ')') {
      reader.advance(2);
      functions.add(words.get(0).text());
      words = new ArrayList<>();
      return;
    }
    parens++;
    reader.advance(1);
    endCommand(true);
  }

  private void close() {
    parens = Math.max(0, parens - 1);
    reader.advance(1);
    endCommand(false);
  }

  /** Keeps scripts that run although they are no word of a command. */
  private void runs(List<String> scripts) {
    if (!scripts.isEmpty()) {
      assignments.add(new Word("", true, true, scripts));
    }
    touched = true;
  }

  private boolean redirection(String prefix) {
    if (prefix.isEmpty() && reader.peek(1) == '(') {
      return false;
    }
    if (reader.startsWith("<<<")) {
      reader.advance(3);
      reader.skipBlanks();
      input = reader.word().text();
      touched = true;
      return true;
    }
    if (reader.startsWith("<<")) {
      hereDocument();
      return true;
    }
    String operator = prefix + redirectOperator();
    reader.skipBlanks();
    if (!reader.atEnd() && reader.peek() != '\n') {
      Word target = reader.word();
      redirects.add(new Redirect(operator.equals("&>>") ? ">>" : operator, target));
      touched = true;
    }
    return true;
  }

  private String redirectOperator() {
    for (String two : List.of(">>", ">|", ">&", "<&", "<>")) {
      if (reader.startsWith(two)) {
        reader.advance(2);
        return two;
      }
    }
    String one = String.valueOf(reader.peek());
    reader.advance(1);
    return one;
  }

  private void hereDocument() {
    boolean strip = reader.peek(2) == '-';
    reader.advance(strip ? 3 : 2);
    reader.skipBlanks();
    Word delimiter = reader.word();
    touched = true;
    pending.add(new HereDocument(delimiter.text(), strip, !delimiter.quoted(), -1));
  }

  private void readHereDocuments() {
    List<HereDocument> due = List.copyOf(pending);
    pending.clear();
    for (HereDocument document : due) {
      String body = reader.hereDocument(document.delimiter(), document.stripTabs());
      int index = document.command();
      if (index >= 0 && index < commands.size()) {
        Command old = commands.get(index);
        commands.set(index, withInput(old, body, document.expands()));
      }
    }
  }

  private static Command withInput(Command old, String body, boolean expands) {
    List<Word> before = new ArrayList<>(old.assignments());
    List<String> scripts = expands ? Scripts.substitutions(body, 40) : List.of();
    if (!scripts.isEmpty()) {
      before.add(new Word("", true, true, scripts));
    }
    return new Command(List.copyOf(before), old.words(), old.redirects(), body, old.pipeline());
  }

  private void word() {
    int before = reader.position();
    boolean digitsOnly = reader.isDescriptor();
    if (digitsOnly) {
      reader.skipDigits();
      redirection("");
      return;
    }
    Word word = reader.word();
    if (reader.position() == before) {
      reader.advance(1);
      return;
    }
    if (words.isEmpty()) {
      first(word);
    } else {
      append(word);
    }
  }

  private void first(Word word) {
    if (!word.quoted() && reserved(word.text())) {
      return;
    }
    int equals = assignmentAt(word.text());
    if (equals > 0) {
      assignments.add(word);
      assign(word.text(), equals);
      touched = true;
      if (reader.peek() == '(' && word.text().endsWith("=")) {
        reader.skipBracket();
      }
      return;
    }
    append(word);
  }

  private void append(Word word) {
    touched = true;
    if (!words.isEmpty() && DECLARATIONS.contains(words.get(0).text())) {
      int equals = assignmentAt(word.text());
      if (equals > 0) {
        assign(word.text(), equals);
      }
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

  private boolean reserved(String text) {
    if (INTRODUCERS.contains(text)) {
      return true;
    }
    switch (text) {
      case "for", "select" -> loopHead();
      case "case" -> caseHead();
      case "function" -> {
        reader.skipBlanks();
        functions.add(reader.word().text());
      }
      case "esac" -> {
        if (!casesOpen.isEmpty()) {
          casesOpen.remove(casesOpen.size() - 1);
        }
      }
      case "[[" -> append(reader.conditional());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void loopHead() {
    reader.skipBlanks();
    if (reader.startsWith("((")) {
      runs(reader.skipArithmetic());
      endCommand(true);
      return;
    }
    String name = reader.word().text();
    StringBuilder values = new StringBuilder();
    List<Word> dynamic = new ArrayList<>();
    while (!reader.atEnd() && "\n;".indexOf(reader.peek()) < 0) {
      int before = reader.position();
      reader.skipBlanks();
      Word word = reader.word();
      if (word.text().equals("do") && !word.quoted()) {
        break;
      }
      if (!word.substitutions().isEmpty()) {
        dynamic.add(word);
      } else if (!word.text().equals("in")) {
        values.append(values.isEmpty() ? "" : " ").append(word.text());
      }
      if (reader.position() == before) {
        reader.advance(1);
      }
    }
    if (dynamic.isEmpty() && !values.isEmpty()) {
      variables.put(name, values.toString());
    } else {
      // The values are only known when the script runs, but their scripts run too.
      variables.remove(name);
      assignments.addAll(dynamic);
      touched = true;
      endCommand(true);
    }
  }

  private void caseHead() {
    reader.skipBlanks();
    Word subject = reader.word();
    if (!subject.substitutions().isEmpty()) {
      assignments.add(subject);
      touched = true;
      endCommand(true);
    }
    reader.skipSpace();
    if (reader.startsWith("in")) {
      reader.advance(2);
      casesOpen.add(parens);
      skipCasePattern();
    }
  }

  private void skipCasePattern() {
    reader.skipSpace();
    if (reader.startsWith("esac")) {
      return;
    }
    while (!reader.atEnd() && reader.peek() != ')') {
      int before = reader.position();
      reader.word();
      if (reader.position() == before) {
        reader.advance(1);
      }
    }
    reader.advance(1);
  }

  private void assign(String text, int equals) {
    boolean adds = text.charAt(equals - 1) == '+';
    String name = text.substring(0, adds ? equals - 1 : equals);
    String value = text.substring(equals + 1);
    variables.put(name, adds ? variables.getOrDefault(name, "") + value : value);
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

  private void endCommand(boolean endsPipeline) {
    if (touched) {
      for (int i = 0; i < pending.size(); i++) {
        HereDocument document = pending.get(i);
        if (document.command() < 0) {
          pending.set(
              i,
              new HereDocument(
                  document.delimiter(), document.stripTabs(), document.expands(), commands.size()));
        }
      }
      commands.add(
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
}
