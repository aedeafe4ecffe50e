package dev.countermand.collectors.outbox;

/** Where a record is safe. */
public enum Receipt {
  /** On Kafka, on all replicas in sync. */
  KAFKA,
  /** On the disk; Kafka is away. */
  SPOOL,
  /** On the disk behind older records that are on their way to Kafka right now. */
  DRAINING
}
