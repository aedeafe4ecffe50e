/** The documented JSON of actions. */
@NullMarked
package dev.countermand.collectors.ingest;

import org.jspecify.annotations.NullMarked;
