/** Refusals in a row. */
@NullMarked
package dev.countermand.detectors.denyloop;

import org.jspecify.annotations.NullMarked;
