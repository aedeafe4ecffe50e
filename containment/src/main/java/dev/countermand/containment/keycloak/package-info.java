/** Asks Keycloak which OAuth clients it lets in, and disables a client or a user of it. */
@NullMarked
package dev.countermand.containment.keycloak;

import org.jspecify.annotations.NullMarked;
