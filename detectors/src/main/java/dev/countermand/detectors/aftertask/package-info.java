/** Finds credentials that are used after the task that was given them. */
@NullMarked
package dev.countermand.detectors.aftertask;

import org.jspecify.annotations.NullMarked;
