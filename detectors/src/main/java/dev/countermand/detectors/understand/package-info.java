/** What one command or call does to the world, from its text alone. */
@NullMarked
package dev.countermand.detectors.understand;

import org.jspecify.annotations.NullMarked;
