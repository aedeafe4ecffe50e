/** A bounded queue on disk that survives a crash. */
@NullMarked
package dev.countermand.collectors.spool;

import org.jspecify.annotations.NullMarked;
