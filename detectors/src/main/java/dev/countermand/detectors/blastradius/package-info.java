/** Says what the registered credentials could destroy. */
@NullMarked
package dev.countermand.detectors.blastradius;

import org.jspecify.annotations.NullMarked;
