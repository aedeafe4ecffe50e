/** Claude Code's hooks: its events read, its dialect answered. */
@NullMarked
package dev.countermand.collectors.claudecode;

import org.jspecify.annotations.NullMarked;
