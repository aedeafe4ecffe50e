package dev.countermand.embedded;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the server process of Elasticsearch 8.19 and 9.5 reads from its standard input when it
 * starts. Its own launcher, which would write this, is a JVM that takes a third of the start and
 * half of the memory.
 *
 * <p>The form is that of its {@code ServerArgs}: detached, quiet, process id file, keystore,
 * settings, configuration directory, log directory. Numbers that count are variable-length: seven
 * bits per byte, least significant first.
 */
final class ElasticsearchArguments {
  private static final String KEYSTORE = "org.elasticsearch.common.settings.KeyStoreWrapper";
  private static final int KEYSTORE_FORMAT = 6;
  private static final int GENERIC_STRING = 0;

  private ElasticsearchArguments() {}

  /**
   * The bytes for a keystore of these secrets, and these settings. The text in them must be ASCII.
   */
  static byte[] encode(
      Map<String, String> secrets, Map<String, String> settings, Path configuration, Path logs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      // Detached: its standard input is a file and may end.
      out.writeBoolean(true);
      out.writeBoolean(false);
      out.writeBoolean(false);
      string(out, KEYSTORE);
      keystore(out, secrets);
      count(out, settings.size());
      for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
        string(out, setting.getKey());
        out.writeByte(GENERIC_STRING);
        string(out, setting.getValue());
      }
      string(out, configuration.toString());
      string(out, logs.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void keystore(DataOutputStream out, Map<String, String> secrets)
      throws IOException {
    out.writeInt(KEYSTORE_FORMAT);
    // No password, no encrypted bytes; what is in it, in the clear; not closed.
    out.writeBoolean(false);
    out.writeBoolean(false);
    count(out, secrets.size());
    for (Map.Entry<String, String> secret : new TreeMap<>(secrets).entrySet()) {
      byte[] value = secret.getValue().getBytes(StandardCharsets.UTF_8);
      string(out, secret.getKey());
      bytes(out, value);
      bytes(out, sha256(value));
    }
    out.writeBoolean(false);
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    count(out, bytes.length);
    out.write(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "Elasticsearch needs a path of ASCII letters only, not "
              + text
              + "; choose another directory");
    }
    count(out, text.length());
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void count(DataOutputStream out, int number) throws IOException {
    int rest = number;
    while (rest > 0x7f) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
