/** Takes away what users of Redis may do, by its access control lists. */
@NullMarked
package dev.countermand.containment.redis;

import org.jspecify.annotations.NullMarked;
