/** Collectors: from agents and providers to the actions topic. */
@NullMarked
package dev.countermand.collectors;

import org.jspecify.annotations.NullMarked;
