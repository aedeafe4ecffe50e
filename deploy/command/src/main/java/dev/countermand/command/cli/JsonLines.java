package dev.countermand.command.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.Printable;
import dev.countermand.model.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Reads JSON objects, one a line, and writes one JSON object for each, in order: also for a line
 * that cannot be read, whose answer has an {@code error}. Memory is bounded by the longest line.
 */
final class JsonLines {
  /** Longest line that is read, in bytes. */
  static final int MAX_LINE = 8 * 1024 * 1024;

  private JsonLines() {}

  /** An error of one line. */
  static final class LineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;

    LineException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  /**
   * Answers every line.
   *
   * @param answer the answer to one object; a {@link LineException} becomes its error
   * @param onError what the answer to an unreadable line looks like, without its error
   * @return how many lines could not be read
   */
  static long each(
      InputStream in,
      OutputStream out,
      Function<JsonNode, ObjectNode> answer,
      Function<LineException, ObjectNode> onError)
      throws IOException {
    BufferedInputStream lines = new BufferedInputStream(in, 1 << 16);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long failed = 0;
    for (boolean more = true; more; ) {
      line.reset();
      boolean tooLong = false;
      int b;
      while ((b = lines.read()) >= 0 && b != '\n') {
        if (line.size() < MAX_LINE) {
          line.write(b);
        } else {
          tooLong = true;
        }
      }
      more = b >= 0;
      if (!more && line.size() == 0) {
        break;
      }
      ObjectNode written;
      try {
        if (tooLong) {
          throw new LineException("LINE_TOO_LONG", "the line is longer than 8 MiB");
        }
        written = answer.apply(parse(line.toByteArray()));
      } catch (LineException e) {
        failed++;
        written = onError.apply(e);
        written.putObject("error").put("code", e.code).put("message", e.getMessage());
      }
      out.write(Printable.json(written.toString()).getBytes(StandardCharsets.UTF_8));
      out.write('\n');
      if (lines.available() == 0) {
        out.flush();
      }
    }
    out.flush();
    return failed;
  }

  private static JsonNode parse(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      JsonNode node = Json.mapper().readTree(text);
      if (node == null || !node.isObject()) {
        throw new LineException("NOT_AN_OBJECT", "the line is not a JSON object");
      }
      return node;
    } catch (CharacterCodingException e) {
      throw new LineException("NOT_UTF8", "the line is not valid UTF-8");
    } catch (JsonProcessingException e) {
      throw new LineException("NOT_JSON", "the line is not readable JSON");
    }
  }
}
