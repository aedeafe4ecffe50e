package dev.countermand.detectors.understand.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellParserTest {

  @Test
  void quotesEscapesAndAnsiStringsAreRemoved() {
    assertThat(words("r\\m \"-r\"'f' $'\\x2fetc' a\\ b"))
        .containsExactly(List.of("rm", "-rf", "/etc", "a b"));
  }

  @Test
  void operatorsSeparateCommands() {
    assertThat(words("a && b || c; d | e & f\ng"))
        .containsExactly(
            List.of("a"),
            List.of("b"),
            List.of("c"),
            List.of("d"),
            List.of("e"),
            List.of("f"),
            List.of("g"));
  }

  @Test
  void stagesOfAPipelineShareTheirNumber() {
    List<Command> commands = ShellParser.parse("a | b; c").commands();
    assertThat(commands.get(0).pipeline()).isEqualTo(commands.get(1).pipeline());
    assertThat(commands.get(2).pipeline()).isNotEqualTo(commands.get(1).pipeline());
  }

  @Test
  void commentsAreNoCommandsButAHashInsideAWordIs() {
    assertThat(words("a # rm -rf /\nb#c")).containsExactly(List.of("a"), List.of("b#c"));
  }

  @Test
  void variablesOfTheTextAreExpanded() {
    assertThat(words("D=/srv/x; rm -rf $D \"${D}/y\" ${E:-/z}"))
        .contains(List.of("rm", "-rf", "/srv/x", "/srv/x/y", "/z"));
  }

  @Test
  void unknownVariablesStayAsWritten() {
    Word word = ShellParser.parse("rm $NOBODY").commands().get(0).words().get(1);
    assertThat(word.text()).isEqualTo("$NOBODY");
    assertThat(word.dynamic()).isTrue();
  }

  @Test
  void substitutionsAreKeptAsScripts() {
    Word word = ShellParser.parse("echo \"$(rm -rf \")\" /)\"").commands().get(0).words().get(1);
    assertThat(word.substitutions()).containsExactly("rm -rf \")\" /");
  }

  @Test
  void scriptsHiddenInDefaultsAndArithmeticAreFound() {
    assertThat(scripts("echo ${x:-$(rm a)}")).containsExactly("rm a");
    assertThat(scripts("echo $(( $(rm b) + 1 ))")).containsExactly("rm b");
    assertThat(scripts("for (( i=$(rm c); i<3; i++ )); do :; done")).containsExactly("rm c");
    assertThat(scripts("cat <<E\n$(rm d)\nE")).containsExactly("rm d");
  }

  @Test
  void aQuotedDelimiterMakesTheHereDocumentPlainText() {
    assertThat(scripts("cat <<'E'\n$(rm d)\nE")).isEmpty();
  }

  @Test
  void hereDocumentsGoToTheirCommand() {
    List<Command> commands =
        ShellParser.parse("cat <<A; sh <<-B\none\nA\n\ttwo\n\tB\nls").commands();
    assertThat(commands.get(0).input()).isEqualTo("one\n");
    assertThat(commands.get(1).input()).isEqualTo("two\n");
    assertThat(commands.get(2).words().get(0).text()).isEqualTo("ls");
  }

  @Test
  void conditionalsLoopsAndFunctionsAreFlattened() {
    assertThat(words("if a; then b; else c; fi")).contains(List.of("b"), List.of("c"));
    assertThat(words("for d in /x /y; do rm -r $d; done"))
        .contains(List.of("rm", "-r", "/x", "/y"));
    assertThat(words("case $1 in a|b) c;; *) d;; esac; e"))
        .containsExactly(List.of("c"), List.of("d"), List.of("e"));
    assertThat(words("f() { g; }; f")).containsExactly(List.of("g"), List.of("f"));
    assertThat(words("( a; b ) && { c; }"))
        .containsExactly(List.of("a"), List.of("b"), List.of("c"));
  }

  @Test
  void redirectionsAreNotWords() {
    Command command = ShellParser.parse("a 2>&1 >out <in &>>log").commands().get(0);
    assertThat(command.words()).hasSize(1);
    assertThat(command.redirects()).map(Redirect::operator).containsExactly(">&", ">", "<", ">>");
  }

  @Test
  void openQuotesAndBracketsAreReadToTheEndAndReported() {
    for (String text : List.of("echo 'a", "echo \"a", "echo $(a", "echo `a", "cat <<E\na")) {
      assertThat(ShellParser.parse(text).complete()).as(text).isFalse();
    }
    assertThat(ShellParser.parse("echo 'a' \"b\" $(c)").complete()).isTrue();
  }

  private static List<List<String>> words(String text) {
    return ShellParser.parse(text).commands().stream()
        .filter(command -> !command.words().isEmpty())
        .map(command -> command.words().stream().map(Word::text).toList())
        .toList();
  }

  private static List<String> scripts(String text) {
    return ShellParser.parse(text).commands().stream()
        .flatMap(
            command ->
                java.util.stream.Stream.concat(
                    command.assignments().stream(), command.words().stream()))
        .flatMap(word -> word.substitutions().stream())
        .toList();
  }
}
