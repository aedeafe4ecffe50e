/** Failures in a row. */
@NullMarked
package dev.countermand.detectors.failureloop;

import org.jspecify.annotations.NullMarked;
