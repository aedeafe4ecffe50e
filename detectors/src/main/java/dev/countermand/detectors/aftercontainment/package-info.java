/** Finds the use of a credential that containment took away. */
@NullMarked
package dev.countermand.detectors.aftercontainment;

import org.jspecify.annotations.NullMarked;
