/** How every process talks to Kafka. */
@NullMarked
package dev.countermand.runtime.kafka;

import org.jspecify.annotations.NullMarked;
