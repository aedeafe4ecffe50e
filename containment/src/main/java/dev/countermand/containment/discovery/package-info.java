/** Asks providers what credentials they know. */
@NullMarked
package dev.countermand.containment.discovery;

import org.jspecify.annotations.NullMarked;
