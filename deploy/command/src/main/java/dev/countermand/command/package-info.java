/** The countermand command. */
@NullMarked
package dev.countermand.command;

import org.jspecify.annotations.NullMarked;
