/** End-to-end benchmarks, printed as ratios. */
@NullMarked
package dev.countermand.benchmarks;

import org.jspecify.annotations.NullMarked;
