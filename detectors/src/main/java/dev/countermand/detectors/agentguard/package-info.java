/** Finds agents that change what watches or stops them. */
@NullMarked
package dev.countermand.detectors.agentguard;

import org.jspecify.annotations.NullMarked;
