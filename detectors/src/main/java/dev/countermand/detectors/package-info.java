/** Pure detectors: from an action and state to findings and state. */
@NullMarked
package dev.countermand.detectors;

import org.jspecify.annotations.NullMarked;
