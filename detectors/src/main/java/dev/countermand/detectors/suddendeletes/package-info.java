/** Finds bursts of deletes that leave the agent's own baseline. */
@NullMarked
package dev.countermand.detectors.suddendeletes;

import org.jspecify.annotations.NullMarked;
