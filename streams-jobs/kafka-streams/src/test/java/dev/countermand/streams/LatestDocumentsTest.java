package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Task;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LatestDocumentsTest {
  private final LatestDocuments<Task> documents = new LatestDocuments<>(Task.CODEC);
  private final Task task = Samples.task("agent");

  @Test
  void whatWasWrittenUnderAKeyIsGivenAgainForTheSameBytes() {
    byte[] json = documents.write("k", task);

    assertThat(documents.read("k", json.clone())).isSameAs(task);
  }

  @Test
  void whatSomebodyElsePutUnderTheKeyIsRead() {
    documents.write("k", task);
    byte[] other = Task.CODEC.encode(Samples.task("another"));

    Task read = documents.read("k", other);

    assertThat(read.agentId()).isEqualTo("another");
    assertThat(documents.read("k", other.clone())).isSameAs(read);
  }

  @Test
  void theSameBytesUnderAnotherKeyAreADocumentOfTheirOwn() {
    byte[] json = documents.write("k", task);

    assertThat(documents.read("l", json)).isEqualTo(task).isNotSameAs(task);
  }

  @Test
  void theLastUnderAKeyIsKnownWithoutItsBytes() {
    assertThat(documents.last("k")).isEmpty();
    documents.write("k", task);

    assertThat(documents.last("k")).contains(task);
  }

  @Test
  void thoseUsedLongestAgoAreForgottenBeyondTheBound() {
    byte[] json = documents.write("oldest", task);
    int more = LatestDocuments.MAX_BYTES / json.length;
    for (int i = 0; i < more - 1; i++) {
      documents.write("k" + i, task);
    }
    assertThat(documents.read("oldest", json)).isSameAs(task);
    documents.write("one too many", task);

    assertThat(documents.read("oldest", json)).isSameAs(task);
    assertThat(documents.read("k0", json)).isNotSameAs(task);
  }

  @Test
  void bytesThatAreNoDocumentAreRefusedEachTime() {
    byte[] none = "{".getBytes(StandardCharsets.UTF_8);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> documents.read("k", none))
          .isInstanceOf(MalformedDocumentException.class);
    }
  }
}
