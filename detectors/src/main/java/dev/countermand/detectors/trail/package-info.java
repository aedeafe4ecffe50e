/** What happens to one credential, whoever touches it: the joins that no agent's own state has. */
@NullMarked
package dev.countermand.detectors.trail;

import org.jspecify.annotations.NullMarked;
