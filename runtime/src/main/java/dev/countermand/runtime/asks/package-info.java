/** Attempts that wait for people, for whoever shows them. */
@NullMarked
package dev.countermand.runtime.asks;

import org.jspecify.annotations.NullMarked;
