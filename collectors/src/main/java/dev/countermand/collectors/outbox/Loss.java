package dev.countermand.collectors.outbox;

import java.time.Instant;

/**
 * Records that neither Kafka nor the disk took.
 *
 * @param code SPOOL_UNUSABLE or SPOOL_FULL
 * @param why a sentence that says what to do
 * @param since when the first was lost
 * @param last when the last was lost
 * @param records how many
 */
public record Loss(String code, String why, Instant since, Instant last, long records) {}
