/** Finds actions of consequence that no task has granted. */
@NullMarked
package dev.countermand.detectors.consequence;

import org.jspecify.annotations.NullMarked;
