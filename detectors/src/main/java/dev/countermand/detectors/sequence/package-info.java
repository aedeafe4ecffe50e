/** What several agents do one after another: sequences of findings over a group of agents. */
@NullMarked
package dev.countermand.detectors.sequence;

import org.jspecify.annotations.NullMarked;
