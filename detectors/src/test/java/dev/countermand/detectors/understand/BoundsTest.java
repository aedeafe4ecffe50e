package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.countermand.model.Effect;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every text gets an answer, soon. */
class BoundsTest {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Understanding understanding = Understanding.standard();

  @Property(tries = 2_000)
  void noTextThrowsOrHangs(@ForAll("texts") String text) {
    within(
        () -> {
          wellFormed(understanding.shell(text));
          wellFormed(understanding.sql(text));
          wellFormed(understanding.http(new HttpCall(text, text, Map.of(text, text), text)));
          wellFormed(
              understanding.tool(
                  "Bash", JsonNodeFactory.instance.objectNode().put("command", text)));
          wellFormed(understanding.tool(text, JsonNodeFactory.instance.textNode(text)));
        });
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "rm",
            " -rf ",
            "/",
            "$(",
            ")",
            "`",
            "'",
            "\"",
            "\\",
            "\n",
            ";",
            "&&",
            "|",
            "<<EOF\n",
            "EOF\n",
            "<<<",
            "{",
            "}",
            "${",
            "((",
            "))",
            "[[",
            "]]",
            "case x in",
            "esac",
            "for i in",
            "do ",
            "done",
            "bash -c ",
            "eval ",
            "xargs ",
            "find . -exec ",
            "sudo ",
            "ssh h ",
            "=",
            "DELETE FROM ",
            "WHERE ",
            "OR ",
            "DROP TABLE ",
            "$$",
            "/*",
            "--",
            "mutation ",
            "curl ",
            "-d ",
            "python -c ",
            "os.system(",
            "é",
            "\u0000",
            "😀",
            "$'\\x",
            "@",
            "#",
            "*",
            " ");
    Arbitrary<String> grammar = pieces.list().ofMaxSize(60).map(list -> String.join("", list));
    return Arbitraries.oneOf(grammar, Arbitraries.strings().ofMaxLength(400));
  }

  @Example
  void largeAndDeeplyNestedTextsEndInTime() {
    for (String piece :
        List.of(
            "$(",
            "(",
            "`",
            "\"$(",
            "{",
            "[",
            "'",
            "a;",
            "rm -rf / ",
            "a|",
            "<<E ",
            "${a:-",
            "eval ",
            "bash -c '",
            "\\",
            "((",
            "case a in ",
            "sudo ",
            "x=$x$x;",
            "f() {",
            "<(",
            "DELETE FROM a;",
            "mutation{",
            "python -c \"os.system('",
            "find . -exec ",
            "/*",
            "$$",
            "xargs ",
            "a.b(")) {
      String text = piece.repeat(1_048_576 / piece.length());
      within(
          () -> {
            wellFormed(understanding.shell(text));
            wellFormed(understanding.shell(text.substring(0, 60_000)));
            wellFormed(understanding.sql(text));
            wellFormed(understanding.http(new HttpCall("POST", text, Map.of(), text)));
          });
    }
  }

  @Example
  void aTextThatIsTooLongSaysThatOnlyItsHeadWasRead() {
    assertThat(understanding.shell("echo a\n".repeat(20_000)))
        .anyMatch(
            effect ->
                effect.because().contains("not read to its end") && effect.confidence() < 0.5);
  }

  @Example
  void paddingDoesNotHideADestruction() {
    String padding = "touch a$RANDOM b c d; ls e f;".repeat(30);
    assertThat(Assessment.of(understanding.shell(padding + "rm -rf /")).destructive()).isTrue();
  }

  private static void within(Runnable work) {
    // Processor time: what other processes do meanwhile is not the point.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    work.run();
    assertThat(threads.getCurrentThreadCpuTime() - start).isLessThan(LONGEST_NANOS);
  }

  private static void wellFormed(List<Effect> effects) {
    assertThat(effects)
        .allSatisfy(
            effect -> {
              assertThat(effect.because().length()).isLessThanOrEqualTo(200);
              assertThat(effect.resource().id().length()).isLessThanOrEqualTo(200);
              assertThat(effect.confidence()).isBetween(0.0, 1.0);
            });
  }
}
