package dev.countermand.collectors.redact;

import org.jspecify.annotations.Nullable;

/**
 * The keyed fingerprint of one token, with the key that made it.
 *
 * @param keyId the short id of the current key: 1 to 16 letters, digits, '_' or '-'
 * @param value 32 lower-case hex digits, under the current key
 * @param previous the same under the key before, while both keys hold; null otherwise
 */
public record Fingerprint(String keyId, String value, @Nullable String previous) {}
