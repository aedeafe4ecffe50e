/** Finds credentials of an environment that the task does not reach. */
@NullMarked
package dev.countermand.detectors.environmentmismatch;

import org.jspecify.annotations.NullMarked;
