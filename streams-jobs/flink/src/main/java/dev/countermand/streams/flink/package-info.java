/** The learning job: Flink hosts what {@code detectors} learns, and decides nothing itself. */
@NullMarked
package dev.countermand.streams.flink;

import org.jspecify.annotations.NullMarked;
