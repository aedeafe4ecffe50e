/** Bursts of anything that an agent, or its peers, are not known for. */
@NullMarked
package dev.countermand.detectors.anomaly;

import org.jspecify.annotations.NullMarked;
