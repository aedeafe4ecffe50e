/** The incident, played against the real pipeline. */
@NullMarked
package dev.countermand.command.demo;

import org.jspecify.annotations.NullMarked;
