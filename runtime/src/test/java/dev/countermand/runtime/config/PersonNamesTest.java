package dev.countermand.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.runtime.CountermandException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonNamesTest {
  @Test
  void spacesAroundANameAndItsCaseMakeNoOtherPerson() {
    assertThat(PersonNames.isSame("alice", " Alice ")).isTrue();
    assertThat(PersonNames.isSame("ALICE@EXAMPLE.COM", "alice@example.com")).isTrue();
    assertThat(PersonNames.isSame("alice", "alice2")).isFalse();
    assertThat(PersonNames.isSame("alice", "")).isFalse();
    assertThat(PersonNames.folded(" Bob ")).isEqualTo("bob");
  }

  @Test
  void theCaseOfALanguageMakesNoOtherPerson() {
    Locale before = Locale.getDefault();
    try {
      // In Turkish the small letter of I has no dot.
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(PersonNames.isSame("IRIS", "iris")).isTrue();
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scoring", " Scoring ", "COUNTERMAND-x"})
  void aNameOfCountermandsOwnIsReservedInEveryCase(String name) {
    assertThat(PersonNames.isReserved(name)).isTrue();
  }

  @Test
  void whatLooksLikeAnotherNameIsRefused() {
    assertThat(PersonNames.check("ada.l@example.com")).isEqualTo("ada.l@example.com");
    for (String name : new String[] {"", " ada", "\u0430da", "ada\u202e", "a".repeat(101)}) {
      assertThatThrownBy(() -> PersonNames.check(name))
          .isInstanceOfSatisfying(
              CountermandException.class,
              e -> assertThat(e.code()).isEqualTo("PERSON_NAME_INVALID"));
    }
    assertThatThrownBy(() -> PersonNames.check("scoring"))
        .isInstanceOfSatisfying(
            CountermandException.class,
            e -> assertThat(e.code()).isEqualTo("PERSON_NAME_RESERVED"));
  }
}
