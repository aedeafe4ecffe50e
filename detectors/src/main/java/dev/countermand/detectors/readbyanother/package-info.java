/** Finds a credential that one agent read and another uses. */
@NullMarked
package dev.countermand.detectors.readbyanother;

import org.jspecify.annotations.NullMarked;
