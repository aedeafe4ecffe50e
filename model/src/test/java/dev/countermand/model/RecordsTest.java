package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

  @Test
  void listsAndMapsOfEveryRecordAreCopies() throws ReflectiveOperationException {
    for (Class<?> type : Documents.RECORDS) {
      Object record = Documents.codec(type).fromTree(Documents.example(Documents.file(type)));
      RecordComponent[] components = type.getRecordComponents();
      Object[] values = new Object[components.length];
      Class<?>[] types = new Class<?>[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        Object value = components[i].getAccessor().invoke(record);
        values[i] = value;
        if (value instanceof List<?> list) {
          values[i] = new java.util.ArrayList<>(list);
        } else if (value instanceof Map<?, ?> map) {
          values[i] = new java.util.HashMap<>(map);
        }
      }
      Object copy = type.getDeclaredConstructor(types).newInstance(values);
      for (Object value : values) {
        if (value instanceof List<?> list) {
          list.clear();
        } else if (value instanceof Map<?, ?> map) {
          map.clear();
        }
      }
      assertThat(copy).isEqualTo(record);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T08:54:59.999Z, false",
    "2026-11-21T08:55:00Z, true",
    "2026-11-21T17:59:59.999Z, true",
    "2026-11-21T18:00:00Z, false"
  })
  void aTaskGrantsFromItsStartUntilBeforeItsEnd(Instant at, boolean grants) {
    Task task = Task.CODEC.fromTree(Documents.example("task-1.json"));

    assertThat(task.grantsAt(at)).isEqualTo(grants);
  }

  @Test
  void aClosedTaskGrantsNothing() {
    var document = Documents.example("task-1.json");
    document.withObject("/countermand/task").put("status", "closed");

    assertThat(Task.CODEC.fromTree(document).grantsAt(Instant.parse("2026-11-21T09:00:00Z")))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "delete, false, true",
    "destroy, false, true",
    "delete, true, false",
    "write, false, false",
    "read, false, false"
  })
  void onlyAnIrreversibleRemovalIsDestructive(String verb, boolean reversible, boolean expected) {
    var document =
        Documents.example("effect-1.json").put("verb", verb).put("reversible", reversible);

    assertThat(Effect.CODEC.fromTree(document).destructive()).isEqualTo(expected);
  }

  @Test
  void anExpectedNumberIsTheRateTimesTheWindow() {
    Baseline baseline = Baseline.CODEC.fromTree(Documents.example("baseline-1.json"));

    assertThat(baseline.expected(3_600)).isEqualTo(2.5 / 86_400 * 3_600);
  }

  @Test
  void aCredentialAtAnotherProviderIsTheSameInEverythingElse() {
    Credential credential =
        (Credential)
            Documents.codec(Credential.class)
                .fromTree(Documents.example(Documents.file(Credential.class)));

    Credential moved = credential.at("another");

    assertThat(credential.previous()).isNotEmpty();
    assertThat(credential.length()).isNotNull();
    assertThat(moved.provider()).isEqualTo("another");
    assertThat(moved.at(credential.provider())).isEqualTo(credential);
  }

  @Test
  void anActionNamesItsCredentialsByRole() {
    Action action = Action.CODEC.fromTree(Documents.example("action-1.json"));

    assertThat(action.credentials(CredentialRole.USED)).hasSize(1);
    assertThat(action.credentials(CredentialRole.SIGHTED)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"countermand.score", "nowhere", "x_new.deep"})
  void unknownFieldsCanBeLookedAt(String path) {
    var document = Documents.example("verdict-1.json");
    document.withObject("/x_new").put("deep", 5);
    Verdict verdict = Verdict.CODEC.fromTree(document);

    assertThat(verdict.extra().at(path) != null).isEqualTo(path.equals("x_new.deep"));
    assertThat(verdict.extra().isEmpty()).isFalse();
  }

  @Test
  void aRequiredListIsNotNull() {
    assertThatThrownBy(
            () -> new Topic("t", 1, java.util.Collections.singletonMap("cleanup.policy", null)))
        .isInstanceOf(NullPointerException.class);
  }
}
