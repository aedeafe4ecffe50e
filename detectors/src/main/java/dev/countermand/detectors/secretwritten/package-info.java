/** Finds secrets that an agent writes where others read. */
@NullMarked
package dev.countermand.detectors.secretwritten;

import org.jspecify.annotations.NullMarked;
