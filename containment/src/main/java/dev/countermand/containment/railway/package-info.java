/** Takes away tokens of Railway. */
@NullMarked
package dev.countermand.containment.railway;

import org.jspecify.annotations.NullMarked;
