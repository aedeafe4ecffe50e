/** Asks Keycloak which OAuth clients it lets in. */
@NullMarked
package dev.countermand.containment.keycloak;

import org.jspecify.annotations.NullMarked;
