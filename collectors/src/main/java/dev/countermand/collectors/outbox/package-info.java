/** The way of records to Kafka, over the disk while Kafka is away. */
@NullMarked
package dev.countermand.collectors.outbox;

import org.jspecify.annotations.NullMarked;
