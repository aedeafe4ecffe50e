/** The roles of Countermand, started one by one or all together. */
@NullMarked
package dev.countermand.command.stack;

import org.jspecify.annotations.NullMarked;
