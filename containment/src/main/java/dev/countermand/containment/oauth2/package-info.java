/** Revokes OAuth 2.0 tokens (RFC 7009) and proves it by introspection (RFC 7662). */
@NullMarked
package dev.countermand.containment.oauth2;

import org.jspecify.annotations.NullMarked;
