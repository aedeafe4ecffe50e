/** The one HTTP client. */
@NullMarked
package dev.countermand.runtime.http;

import org.jspecify.annotations.NullMarked;
