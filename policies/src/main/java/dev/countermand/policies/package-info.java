/** Grants decided by policies that a team writes: with Cedar in process, or by an OPA server. */
@NullMarked
package dev.countermand.policies;

import org.jspecify.annotations.NullMarked;
