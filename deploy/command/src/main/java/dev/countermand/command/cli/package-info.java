/** The subcommands. */
@NullMarked
package dev.countermand.command.cli;

import org.jspecify.annotations.NullMarked;
