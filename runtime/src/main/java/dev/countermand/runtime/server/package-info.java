/** What servers of ours have in common. Needs Armeria, which whoever uses it brings along. */
@NullMarked
package dev.countermand.runtime.server;

import org.jspecify.annotations.NullMarked;
