/**
 * Whether what stands in Kafka is what stood there: a Merkle log, who signs it, who verifies it.
 */
@NullMarked
package dev.countermand.dashboards.evidence;

import org.jspecify.annotations.NullMarked;
