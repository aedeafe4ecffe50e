/** History, played again. */
@NullMarked
package dev.countermand.command.replay;

import org.jspecify.annotations.NullMarked;
