/** The detectors over recorded actions: which second each rule would have fired, and at whom. */
@NullMarked
package dev.countermand.streams.flink.backtest;

import org.jspecify.annotations.NullMarked;
