/** Finds the secrets that lie about in files. */
@NullMarked
package dev.countermand.collectors.scan;

import org.jspecify.annotations.NullMarked;
