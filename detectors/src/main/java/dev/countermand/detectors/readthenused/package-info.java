/** Finds credentials that were read in one place and used in another. */
@NullMarked
package dev.countermand.detectors.readthenused;

import org.jspecify.annotations.NullMarked;
