/** From containment orders to credentials proved dead. */
@NullMarked
package dev.countermand.containment;

import org.jspecify.annotations.NullMarked;
