/** Finds one credential that is used in two places at once. */
@NullMarked
package dev.countermand.detectors.twoplaces;

import org.jspecify.annotations.NullMarked;
