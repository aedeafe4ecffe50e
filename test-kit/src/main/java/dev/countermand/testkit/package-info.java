/** Contracts, fixtures and servers for tests. */
@NullMarked
package dev.countermand.testkit;

import org.jspecify.annotations.NullMarked;
