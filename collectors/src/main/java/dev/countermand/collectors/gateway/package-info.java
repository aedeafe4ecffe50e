/** The HTTP server that takes actions and answers attempts. */
@NullMarked
package dev.countermand.collectors.gateway;

import org.jspecify.annotations.NullMarked;
