/** Keyed fingerprints of secrets, and secrets sealed to containment. */
@NullMarked
package dev.countermand.runtime.crypto;

import org.jspecify.annotations.NullMarked;
