/** What `bench contain` measures: containment at real providers, each a server of its own. */
@NullMarked
package dev.countermand.command.bench;

import org.jspecify.annotations.NullMarked;
