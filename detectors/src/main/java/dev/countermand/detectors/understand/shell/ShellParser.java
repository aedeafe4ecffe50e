package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits POSIX and bash text into simple commands in one pass. It accepts every text: what a shell
 * would refuse is read as far as it makes sense. Conditionals and loops are flattened, because
 * every branch may run. Not thread-safe; one parser per text.
 */
public final class ShellParser {
  private static final int MAX_COMMANDS = 2_000;
  private static final Set<String> INTRODUCERS =
      Set.of("if", "then", "else", "elif", "fi", "while", "until", "do", "done", "{", "}", "!");
  private final WordReader reader;
  private final Map<String, String> variables;
  private final Commands commands;
  private final List<Integer> casesOpen = new ArrayList<>();
  private final Set<String> functions = new HashSet<>();
  private int parens;
  private boolean complete = true;
  private boolean cut;

  private ShellParser(String text, Map<String, String> variables) {
    this.variables = variables;
    variables.putIfAbsent("IFS", " ");
    this.reader = new WordReader(text, variables);
    this.commands = new Commands(variables);
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
        parser.commands.all(),
        Set.copyOf(parser.functions),
        parser.complete && parser.reader.complete(),
        parser.cut);
  }

  private void run() {
    while (!reader.atEnd()) {
      if (commands.size() >= MAX_COMMANDS) {
        complete = false;
        cut = true;
        return;
      }
      step();
    }
    commands.end(true);
    complete &= !commands.awaitsDocuments();
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
      commands.end(true);
      commands.readHereDocuments(reader);
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
    commands.end(true);
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
    commands.end(true);
  }

  private void bar() {
    char next = reader.peek(1);
    if (next == '|') {
      reader.advance(2);
      commands.end(true);
    } else {
      reader.advance(next == '&' ? 2 : 1);
      commands.end(false);
    }
  }

  private void open() {
    if (reader.peek(1) == '(' && commands.words().isEmpty()) {
      commands.runs(reader.skipArithmetic());
      return;
    }
    if (commands.words().size() == 1 && reader.peek(1) == ')') {
      reader.advance(2);
      functions.add(commands.words().get(0).text());
      commands.dropWords();
      return;
    }
    parens++;
    reader.advance(1);
    commands.end(true);
  }

  private void close() {
    parens = Math.max(0, parens - 1);
    reader.advance(1);
    commands.end(false);
  }

  private boolean redirection(String prefix) {
    if (prefix.isEmpty() && reader.peek(1) == '(') {
      return false;
    }
    if (reader.startsWith("<<<")) {
      reader.advance(3);
      reader.skipBlanks();
      commands.input(reader.word().text());
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
      commands.add(new Redirect(operator.equals("&>>") ? ">>" : operator, target));
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
    commands.awaitDocument(delimiter, strip);
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
    if (commands.words().isEmpty()) {
      first(word);
    } else {
      commands.append(word);
    }
  }

  private void first(Word word) {
    if (!word.quoted() && reserved(word.text())) {
      return;
    }
    if (commands.assign(word)) {
      if (reader.peek() == '(' && word.text().endsWith("=")) {
        reader.skipBracket();
      }
      return;
    }
    commands.append(word);
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
      case "[[" -> commands.append(reader.conditional());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void loopHead() {
    reader.skipBlanks();
    if (reader.startsWith("((")) {
      commands.runs(reader.skipArithmetic());
      commands.end(true);
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
      commands.before(dynamic);
      commands.end(true);
    }
  }

  private void caseHead() {
    reader.skipBlanks();
    Word subject = reader.word();
    if (!subject.substitutions().isEmpty()) {
      commands.before(List.of(subject));
      commands.end(true);
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
}
