/** Beside an agent: its processes, stopped and ended with it. */
@NullMarked
package dev.countermand.collectors.edge;

import org.jspecify.annotations.NullMarked;
