/** The one HTTP client, and what servers of ours have in common. */
@NullMarked
package dev.countermand.runtime.http;

import org.jspecify.annotations.NullMarked;
