package dev.countermand.collectors.redact;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The redactor's knowledge as it stands in YAML on the class path, beside this class. */
final class RuleFile {

  /**
   * A token with a shape of its own.
   *
   * @param kind the kind that is reported
   * @param anchors literals, in any case, one of which is in every such token
   * @param pattern RE2 syntax; group 1 is the secret where there is a group
   * @param back how many characters before the anchor the token may begin; 0 when it begins there
   * @param run how many characters of a token must at least follow the anchor, for speed; 0 for the
   *     usual 6, -1 for none
   * @param window how many characters after the anchor may belong to it; 0 for the usual 600
   * @param entropy bits per character below which it is a placeholder; 0 when the shape decides
   * @param boundary "word" (no letter or digit on either side) or "free"
   * @param needs "mixed" when digits, upper and lower case must all occur
   * @param least length below which a value that begins with an anchor is a token cut off, and no
   *     use to anyone; 0 when that cannot be said
   * @param fires texts it must find; {@code {{B36}}} stands for 36 generated characters
   * @param silent texts in which nothing must be found
   */
  record Token(
      String kind,
      List<String> anchors,
      String pattern,
      int back,
      int run,
      int window,
      double entropy,
      @Nullable String boundary,
      @Nullable String needs,
      int least,
      @Nullable List<String> fires,
      @Nullable List<String> silent) {}

  /** The file of tokens. */
  record Tokens(List<Token> tokens) {}

  /**
   * Vendors whose keys have one shape and no prefix.
   *
   * @param names words that name the vendor, in lower case
   * @param key RE2 syntax of a whole key; {@code {uuid}} stands for one
   * @param most length of the longest key that the vendor issues; 0 when that cannot be said
   */
  record Vendor(List<String> names, String key, int most) {}

  /** The file of vendors. */
  record Vendors(List<Vendor> vendors) {}

  /**
   * The words by which names and values are judged. Every list is in lower case.
   *
   * @param literals literals that begin the examination of a name
   * @param password words that make a name a password's
   * @param secret words that make it a secret's
   * @param apiKey words that make it an API key's
   * @param token words that make it a token's
   * @param key words that make it a key's
   * @param endings endings of compound words, mapped by the lists above
   * @param notSecret words after which a name says something about a secret, not the secret
   * @param publicKeys words before "key" that make it no secret
   * @param publicTokens words before "token" that make it no secret
   * @param notKeys words that merely end like "key"
   * @param neutral words that add nothing at the end of a name
   * @param placeholders parts of a value that make it a placeholder
   * @param words whole values that are no secret
   */
  record Vocabulary(
      List<String> literals,
      List<String> password,
      List<String> secret,
      List<String> apiKey,
      List<String> token,
      List<String> key,
      List<String> endings,
      List<String> notSecret,
      List<String> publicKeys,
      List<String> publicTokens,
      List<String> notKeys,
      List<String> neutral,
      List<String> placeholders,
      List<String> words) {}

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private RuleFile() {}

  static Tokens tokens() {
    return read("tokens.yaml", Tokens.class);
  }

  static Vendors vendors() {
    return read("vendors.yaml", Vendors.class);
  }

  static Vocabulary vocabulary() {
    return read("vocabulary.yaml", Vocabulary.class);
  }

  private static <T> T read(String name, Class<T> type) {
    try (InputStream in = RuleFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("redaction rules " + name + " are not on the class path");
      }
      return YAML.readValue(in, type);
    } catch (IOException e) {
      throw new UncheckedIOException("redaction rules " + name + " cannot be read", e);
    }
  }
}
