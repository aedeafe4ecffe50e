/** Takes away users, apps and API tokens of Okta. */
@NullMarked
package dev.countermand.containment.okta;

import org.jspecify.annotations.NullMarked;
