/** Pure: which findings about an agent belong together, and which are worth telling somebody. */
@NullMarked
package dev.countermand.detectors.incident;

import org.jspecify.annotations.NullMarked;
