/** Finds uses of credentials that the agent hides behind files and variables. */
@NullMarked
package dev.countermand.detectors.inferreduse;

import org.jspecify.annotations.NullMarked;
