package dev.countermand.collectors.redact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import java.util.Objects;

/**
 * One secret that was found and replaced.
 *
 * @param kind what it is, for instance {@code github-pat}; lower-case letters, digits and hyphens
 * @param keyed the keyed fingerprint of the canonical token, with its key
 * @param start offset of the replaced stretch in the original text, in UTF-16 units
 * @param end offset just after the replaced stretch
 * @param path JSON pointer of the string it was found in, or "" for plain text
 * @param evidence what may be kept in the clear: length, public prefix, last characters of long
 *     tokens, claims of a JWT (iss, sub, aud, exp, jti)
 * @param raw the token in the clear, never printed and never serialised; use {@link #token()}
 */
public record Secret(
    String kind,
    Fingerprint keyed,
    int start,
    int end,
    String path,
    Map<String, String> evidence,
    @JsonIgnore RawToken raw) {

  public Secret {
    evidence = Map.copyOf(evidence);
  }

  /** Returns the id of the current fingerprint key. */
  public String keyId() {
    return keyed.keyId();
  }

  /** Returns the fingerprint under the current key, 32 lower-case hex digits. */
  public String fingerprint() {
    return keyed.value();
  }

  /** Returns the canonical token in the clear, for sealing only: never log, store or send it. */
  public String token() {
    return raw.reveal();
  }

  /** Returns the text that stands in the token's place. */
  public String marker() {
    return Marker.of(kind, keyId(), fingerprint());
  }

  Secret at(String pointer) {
    return new Secret(kind, keyed, start, end, pointer, evidence, raw);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that
        && start == that.start
        && end == that.end
        && kind.equals(that.kind)
        && keyed.equals(that.keyed)
        && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, keyed, start, end, path);
  }

  @Override
  public String toString() {
    return marker() + "@" + path + "[" + start + "," + end + ")";
  }
}
