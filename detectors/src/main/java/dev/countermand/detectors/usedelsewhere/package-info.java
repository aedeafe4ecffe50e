/** One credential that is seen by one agent and used by another in another place. */
@NullMarked
package dev.countermand.detectors.usedelsewhere;

import org.jspecify.annotations.NullMarked;
