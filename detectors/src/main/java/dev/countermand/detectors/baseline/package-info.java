/** Learns what is normal for an agent, its peers, a credential, a kind of resource. */
@NullMarked
package dev.countermand.detectors.baseline;

import org.jspecify.annotations.NullMarked;
