/**
 * The demo's infrastructure provider: a process of its own with volumes that can really be lost.
 */
@NullMarked
package dev.countermand.command.provider;

import org.jspecify.annotations.NullMarked;
