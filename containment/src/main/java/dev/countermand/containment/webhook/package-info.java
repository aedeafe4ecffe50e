/** Takes credentials away through an endpoint of the user's own, by signed messages. */
@NullMarked
package dev.countermand.containment.webhook;

import org.jspecify.annotations.NullMarked;
