package dev.countermand.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Extra;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Arbitrary values of any record of the model. */
final class Records {
  private Records() {}

  /** Any text that UTF-8 can hold, with what is special in JSON more often than chance. */
  static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString),
            Arbitraries.of("\"", "\\", "\u0000", "\n", "/", "\uFEFF", "\uFFFF", "😀", "é", "a.b"))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  static Arbitrary<Instant> instants() {
    return Combinators.combine(
            Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
            Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  static Arbitrary<JsonNode> trees() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            texts().map(nodes::textNode),
            Arbitraries.longs().map(Records::number),
            Arbitraries.bigDecimals()
                .between(BigDecimal.valueOf(Long.MIN_VALUE), BigDecimal.valueOf(Long.MAX_VALUE))
                .ofScale(7)
                .map(BigDecimal::stripTrailingZeros)
                .filter(n -> n.scale() > 0)
                .map(nodes::numberNode),
            Arbitraries.of(true, false).map(nodes::booleanNode),
            Arbitraries.just(nodes.nullNode()));
    Arbitrary<JsonNode> inner =
        Arbitraries.oneOf(
            leaves,
            leaves.list().ofMaxSize(3).map(list -> nodes.arrayNode().addAll(list)),
            Arbitraries.maps(texts(), leaves).ofMaxSize(3).map(map -> object(map)));
    return Arbitraries.maps(texts(), inner).ofMaxSize(4).map(map -> object(map));
  }

  /** A whole number as a parser makes it: the smallest type that holds it. */
  private static JsonNode number(long value) {
    return value == (int) value
        ? JsonNodeFactory.instance.numberNode((int) value)
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static JsonNode object(Map<String, JsonNode> fields) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.setAll(fields);
    return object;
  }

  /** Any value of a record, each part of its type, null where it may be. */
  static Arbitrary<Object> of(Class<?> record) {
    RecordComponent[] components = record.getRecordComponents();
    List<Arbitrary<Object>> parts = new ArrayList<>();
    for (RecordComponent component : components) {
      Arbitrary<Object> part = part(component.getGenericType());
      boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      parts.add(optional ? part.injectNull(0.3) : part);
    }
    return Combinators.combine(parts).as(values -> make(record, components, values));
  }

  private static Object make(Class<?> record, RecordComponent[] components, List<Object> values) {
    try {
      Constructor<?> constructor =
          record.getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked") // each arm makes values of the type it was asked for
  private static Arbitrary<Object> part(Type type) {
    Arbitrary<?> values;
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      values = part(generic.getActualTypeArguments()[0]).list().ofMaxSize(3);
    } else if (type instanceof ParameterizedType) {
      values = Arbitraries.maps(texts(), texts()).ofMaxSize(3);
    } else if (type == String.class) {
      values = texts();
    } else if (type == Instant.class) {
      values = instants();
    } else if (type == JsonNode.class) {
      values = trees();
    } else if (type == long.class || type == Long.class) {
      values = Arbitraries.longs();
    } else if (type == double.class || type == Double.class) {
      values = Arbitraries.doubles();
    } else if (type == boolean.class) {
      values = Arbitraries.of(true, false);
    } else if (type == Extra.class) {
      values = Arbitraries.just(Extra.NONE);
    } else if (type instanceof Class<?> c && c.isEnum()) {
      values = Arbitraries.of(c.getEnumConstants());
    } else {
      values = of((Class<?>) type);
    }
    return (Arbitrary<Object>) values;
  }
}
