package dev.countermand.streams.flink.backtest;

import dev.countermand.model.json.DocumentCodec;
import java.io.IOException;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/** One document for each key, kept as its JSON. For the thread of its operator. */
final class DocumentState<T> {
  private final DocumentCodec<T> codec;
  private final T empty;
  private final ValueState<byte[]> json;

  /**
   * The state of an operator that opens.
   *
   * @param name of the state, its own within the operator
   * @param empty what holds for a key before its first update
   */
  DocumentState(RuntimeContext context, String name, DocumentCodec<T> codec, T empty) {
    this.codec = codec;
    this.empty = empty;
    this.json =
        context.getState(
            new ValueStateDescriptor<>(
                name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  /** The document of the current key. */
  T value() throws IOException {
    byte[] bytes = json.value();
    return bytes == null ? empty : codec.decode(bytes);
  }

  /** Makes this the document of the current key. */
  void update(T document) throws IOException {
    json.update(codec.encode(document));
  }
}
