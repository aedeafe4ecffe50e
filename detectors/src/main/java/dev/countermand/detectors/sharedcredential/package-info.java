/** Finds one credential that several agents use. */
@NullMarked
package dev.countermand.detectors.sharedcredential;

import org.jspecify.annotations.NullMarked;
