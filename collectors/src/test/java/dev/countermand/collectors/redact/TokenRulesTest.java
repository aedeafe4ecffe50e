package dev.countermand.collectors.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule of tokens.yaml fires and stays silent on the cases that stand beside it. */
class TokenRulesTest {

  private static final Redactor REDACTOR = Redactor.standard(new TestFingerprints());

  @TestFactory
  Stream<DynamicTest> aTokenIsFoundAsItsOwnKind() {
    return RuleFile.tokens().tokens().stream()
        .flatMap(
            rule ->
                cases(rule.fires()).stream()
                    .map(
                        text ->
                            DynamicTest.dynamicTest(
                                rule.kind() + ": " + text, () -> fires(rule, Samples.fill(text)))));
  }

  @TestFactory
  Stream<DynamicTest> whatOnlyResemblesATokenIsLeftAlone() {
    return RuleFile.tokens().tokens().stream()
        .flatMap(
            rule ->
                cases(rule.silent()).stream()
                    .map(
                        text ->
                            DynamicTest.dynamicTest(
                                rule.kind() + ": " + text,
                                () ->
                                    assertThat(REDACTOR.redact(Samples.fill(text)).secrets())
                                        .isEmpty())));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHasASilentCase() {
    return RuleFile.tokens().tokens().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.kind(), () -> assertThat(cases(rule.silent())).isNotEmpty()));
  }

  private static void fires(RuleFile.Token rule, String text) {
    Redaction redaction = REDACTOR.redact(text);
    assertThat(redaction.secrets()).extracting(Secret::kind).contains(rule.kind());
    for (Secret secret : redaction.secrets()) {
      assertThat(redaction.text()).doesNotContain(secret.token());
    }
  }

  private static List<String> cases(@org.jspecify.annotations.Nullable List<String> cases) {
    return Objects.requireNonNullElse(cases, List.of());
  }
}
