package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a record stood at its place when a checkpoint was signed: the record, its path in the
 * tree (RFC 9162, section 2.1.3) and the signed note. Who has the public key needs nothing else to
 * check it.
 *
 * @param index of the record in its log
 * @param path from the leaf up
 * @param note what the notary signed, with the signature
 */
public record InclusionProof(
    ConsumerRecord<byte[], byte[]> record, long index, List<byte[]> path, String note) {
  private static final int MAX_PATH = 64;
  private static final int MAX_HEADERS = 1_000;
  private static final Pattern NOTE =
      Pattern.compile(
          "(?<body>(?<origin>[^\\n]{1,400})\\n(?<size>[0-9]{1,18})\\n(?<root>[A-Za-z0-9+/=]{44})\\n"
              + "(?:[^\\n]{1,400000}\\n){0,10})\\n— "
              + Note.SIGNER
              + " (?<signature>[A-Za-z0-9+/=]{1,200})\\n");
  private static final int ID_BYTES = 4;

  /**
   * That of a record which a checkpoint covers.
   *
   * @param at which of the checkpoint's leaves it is
   */
  static InclusionProof of(
      ConsumerRecord<byte[], byte[]> record, Sealed sealed, int at, Hasher hasher) {
    long index = sealed.stretch().before() + at;
    return new InclusionProof(
        record,
        index,
        sealed.stretch().path(index, hasher),
        sealed.note(new LogName(record.topic(), record.partition())));
  }

  /**
   * Checks it with a public key and nothing else.
   *
   * @return what is wrong, in words; empty when nothing is
   */
  public Optional<String> problem(PublicKeys keys) {
    Matcher parts = NOTE.matcher(note);
    if (!parts.matches()) {
      return Optional.of("its note is none of a checkpoint");
    }
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(parts.group("signature"));
    } catch (IllegalArgumentException e) {
      return Optional.of("its note has no signature that can be read");
    }
    if (signature.length <= ID_BYTES) {
      return Optional.of("its note has no signature that can be read");
    }
    String id = java.util.HexFormat.of().formatHex(signature, 0, ID_BYTES);
    String signed =
        Base64.getEncoder()
            .encodeToString(Arrays.copyOfRange(signature, ID_BYTES, signature.length));
    if (!keys.verifies(id, parts.group("body"), signed)) {
      return Optional.of("no signature of the key " + keys.ids() + " is on its note");
    }
    LogName log = new LogName(record.topic(), record.partition());
    if (!parts.group("origin").equals(log.origin())) {
      return Optional.of("its note is of another log");
    }
    Optional<String> replaced = keys.replaced(id, log, Long.parseLong(parts.group("size")));
    if (replaced.isPresent()) {
      return replaced;
    }
    Hasher hasher = new Hasher();
    byte[] leaf = hasher.leaf(log, record.offset(), hasher.content(record));
    Optional<byte[]> root = root(index, Long.parseLong(parts.group("size")), leaf, path, hasher);
    return root.isPresent() && Arrays.equals(root.get(), Sealed.hash(parts.group("root")))
        ? Optional.empty()
        : Optional.of("the record does not lead to the root that was signed");
  }

  /** RFC 9162, section 2.1.3.2: the root that a path leads to; empty when it is none. */
  static Optional<byte[]> root(
      long index, long size, byte[] leaf, List<byte[]> path, Hasher hasher) {
    if (index < 0 || index >= size) {
      return Optional.empty();
    }
    long node = index;
    long last = size - 1;
    byte[] root = leaf;
    for (byte[] sibling : path) {
      if (last == 0) {
        return Optional.empty();
      }
      if ((node & 1) == 1 || node == last) {
        root = hasher.node(sibling, root);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        root = hasher.node(root, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 ? Optional.of(root) : Optional.empty();
  }

  /** The proof for machines: text where bytes are UTF-8, Base64 elsewhere. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    ObjectNode of = node.putObject("record");
    of.put("topic", record.topic()).put("partition", record.partition());
    of.put("offset", record.offset()).put("timestamp", record.timestamp());
    put(of, "key", record.key());
    put(of, "value", record.value());
    ArrayNode headers = of.putArray("headers");
    for (Header header : record.headers()) {
      put(headers.addObject().put("name", header.key()), "value", header.value());
    }
    node.put("leaf_index", index);
    ArrayNode hashes = node.putArray("path");
    path.forEach(hash -> hashes.add(Base64.getEncoder().encodeToString(hash)));
    return node.put("checkpoint", note);
  }

  private static void put(ObjectNode node, String name, byte @Nullable [] bytes) {
    if (bytes == null) {
      return;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      node.put(name, text);
    } else {
      node.put(name + "_base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  /**
   * Reads a proof.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static InclusionProof of(JsonNode node) {
    JsonNode of = node.path("record");
    RecordHeaders headers = new RecordHeaders();
    if (of.path("headers").size() > MAX_HEADERS || node.path("path").size() > MAX_PATH) {
      throw new IllegalArgumentException("it is longer than a proof can be");
    }
    for (JsonNode header : of.path("headers")) {
      headers.add(header.path("name").asText(), bytes(header, "value"));
    }
    if (!of.path("topic").isTextual() || !of.path("offset").canConvertToLong()) {
      throw new IllegalArgumentException("it says nothing of a record");
    }
    List<byte[]> path = new ArrayList<>();
    node.path("path").forEach(hash -> path.add(Sealed.hash(hash.asText())));
    return new InclusionProof(
        new ConsumerRecord<>(
            of.path("topic").asText(),
            of.path("partition").asInt(),
            of.path("offset").asLong(),
            of.path("timestamp").asLong(),
            TimestampType.CREATE_TIME,
            -1,
            -1,
            bytes(of, "key"),
            bytes(of, "value"),
            headers,
            Optional.empty()),
        node.path("leaf_index").asLong(-1),
        path,
        node.path("checkpoint").asText());
  }

  private static byte @Nullable [] bytes(JsonNode node, String name) {
    if (node.has(name + "_base64")) {
      return Base64.getDecoder().decode(node.path(name + "_base64").asText());
    }
    return node.path(name).isTextual()
        ? node.path(name).asText().getBytes(StandardCharsets.UTF_8)
        : null;
  }
}
