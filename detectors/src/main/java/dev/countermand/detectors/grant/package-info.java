/** Who may do what: the question of a grant, its answer, and who can be asked. */
@NullMarked
package dev.countermand.detectors.grant;

import org.jspecify.annotations.NullMarked;
