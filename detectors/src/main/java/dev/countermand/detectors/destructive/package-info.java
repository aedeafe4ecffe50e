/** Finds actions that delete or destroy what cannot be put back. */
@NullMarked
package dev.countermand.detectors.destructive;

import org.jspecify.annotations.NullMarked;
