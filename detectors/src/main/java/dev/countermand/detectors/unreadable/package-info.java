/** Finds attempts that nobody could read. */
@NullMarked
package dev.countermand.detectors.unreadable;

import org.jspecify.annotations.NullMarked;
