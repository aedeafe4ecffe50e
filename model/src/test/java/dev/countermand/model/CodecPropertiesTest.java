package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class CodecPropertiesTest {

  @Property(tries = 500)
  void anyRecordComesBackFromItsBytes(@ForAll("records") Object record) {
    DocumentCodec<Object> codec = Documents.codec(record.getClass());
    assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
  }

  @Property(tries = 300)
  void anyRecordComesBackFromItsTreeAndTheTwoAreTheSame(@ForAll("records") Object record) {
    DocumentCodec<Object> codec = Documents.codec(record.getClass());
    assertThat(codec.fromTree(codec.toTree(record))).isEqualTo(record);
    assertThat(Documents.tree(codec.encode(record))).isEqualTo(codec.toTree(record));
  }

  @Property(tries = 1_000)
  void anyBytesAreRefusedInOneWay(@ForAll("types") Class<?> type, @ForAll byte[] bytes) {
    refusedOrReadable(Documents.codec(type), bytes);
  }

  @Property(tries = 3_000)
  void aDocumentWithSomeBytesChangedIsReadOrRefused(
      @ForAll("types") Class<?> type,
      @ForAll @Size(min = 1, max = 6) List<Integer> places,
      @ForAll byte[] put) {
    byte[] bytes = Documents.bytes(Documents.example(Documents.file(type)));
    for (int i = 0; i < places.size(); i++) {
      int at = Math.floorMod(places.get(i), bytes.length);
      bytes[at] =
          put.length == 0 ? "{}[]\",:0\\".getBytes(StandardCharsets.UTF_8)[i] : put[i % put.length];
    }
    refusedOrReadable(Documents.codec(type), bytes);
    refusedOrReadable(
        Documents.codec(type), Arrays.copyOf(bytes, Math.floorMod(places.get(0), bytes.length)));
  }

  @Property(tries = 300)
  void halfACharacterComesBackInAValueAndIsReplacedInAName(
      @ForAll("surrogates") char half, @ForAll("texts") String text) {
    String broken = "a" + half + "b" + text + half;
    ObjectNode document = Documents.example("action-1.json");
    document.withObject("/gen_ai/tool/call").putObject("arguments").put(broken, broken);
    Action action = Action.CODEC.fromTree(document);

    byte[] bytes = Action.CODEC.encode(action);

    assertThat(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
        .as("valid UTF-8")
        .isEqualTo(bytes);
    assertThat(Action.CODEC.decode(bytes).input().get("a\uFFFDb" + text + '\uFFFD').textValue())
        .isEqualTo(broken);
  }

  private static void refusedOrReadable(DocumentCodec<Object> codec, byte[] bytes) {
    Object record;
    try {
      record = codec.decode(bytes);
    } catch (MalformedDocumentException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300);
      return;
    }
    assertThat(codec.decode(codec.encode(record)).toString()).isNotBlank();
  }

  @Provide
  Arbitrary<Object> records() {
    return types().flatMap(Records::of);
  }

  @Provide
  Arbitrary<Class<?>> types() {
    return Arbitraries.of(Documents.RECORDS);
  }

  @Provide
  Arbitrary<String> texts() {
    return Records.texts();
  }

  @Provide
  Arbitrary<Character> surrogates() {
    return Arbitraries.chars().range(Character.MIN_SURROGATE, Character.MAX_SURROGATE);
  }
}
