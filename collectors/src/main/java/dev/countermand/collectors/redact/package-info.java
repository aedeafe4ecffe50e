/**
 * Redaction at the edge: finds secrets in text and JSON and replaces each by a keyed fingerprint,
 * before anything reaches Kafka, the spool, a log or an exception. {@link
 * dev.countermand.collectors.redact.Redactor} is the way in.
 *
 * <p>What is known about tokens and names is data: {@code tokens.yaml} (shapes, each with firing
 * and silent cases beside it) and {@code vocabulary.yaml} (words). A new token needs one entry and
 * no Java.
 *
 * <p>Why it is built so: one pass of a literal index over the text dismisses almost all of it; a
 * pattern runs only at a hit, anchored, in linear time, and what it costs is charged to the event.
 * A value beside a name that promises a secret is judged by character set, entropy and structure;
 * the less the name promises, the more random the value must look. A value that begins as a known
 * token does but is too short for one is a token cut off, and is left.
 */
@NullMarked
package dev.countermand.collectors.redact;

import org.jspecify.annotations.NullMarked;
