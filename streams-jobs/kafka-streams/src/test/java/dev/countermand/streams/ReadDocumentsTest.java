package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Task;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReadDocumentsTest {
  private final ReadDocuments<Task> documents = new ReadDocuments<>(Task.CODEC);

  @Test
  void equalBytesAreReadOnce() {
    byte[] json = Task.CODEC.encode(Samples.task("agent"));

    Task first = documents.read(json.clone());

    assertThat(first).isEqualTo(Samples.task("agent"));
    assertThat(documents.read(json.clone())).isSameAs(first);
  }

  @Test
  void otherBytesAreAnotherDocument() {
    documents.read(Task.CODEC.encode(Samples.task("agent")));

    assertThat(documents.read(Task.CODEC.encode(Samples.task("another"))).agentId())
        .isEqualTo("another");
  }

  @Test
  void bytesThatAreNoDocumentAreRefusedEachTime() {
    byte[] none = "{".getBytes(StandardCharsets.UTF_8);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> documents.read(none)).isInstanceOf(MalformedDocumentException.class);
    }
  }
}
