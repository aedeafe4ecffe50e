/** Takes away tokens, and installations of apps, at GitHub. */
@NullMarked
package dev.countermand.containment.github;

import org.jspecify.annotations.NullMarked;
