/** Finds credentials that an agent sees or uses outside its task. */
@NullMarked
package dev.countermand.detectors.credentialscope;

import org.jspecify.annotations.NullMarked;
