/** Tells other services of containment by security event tokens (Shared Signals Framework 1.0). */
@NullMarked
package dev.countermand.containment.signals;

import org.jspecify.annotations.NullMarked;
