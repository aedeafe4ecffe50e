/** What an agent, or its peers, were never seen with. */
@NullMarked
package dev.countermand.detectors.firsttime;

import org.jspecify.annotations.NullMarked;
