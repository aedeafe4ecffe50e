/** The scoring topology on Kafka Streams. */
@NullMarked
package dev.countermand.streams;

import org.jspecify.annotations.NullMarked;
