/** What agents were refused: who refused, how often in a row. */
@NullMarked
package dev.countermand.detectors.refusal;

import org.jspecify.annotations.NullMarked;
