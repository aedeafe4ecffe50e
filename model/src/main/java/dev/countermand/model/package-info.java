/** The records that flow through Countermand and their JSON. */
@NullMarked
package dev.countermand.model;

import org.jspecify.annotations.NullMarked;
