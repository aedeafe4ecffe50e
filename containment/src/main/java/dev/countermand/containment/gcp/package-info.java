/** Takes away keys of service accounts, and these, at Google Cloud. */
@NullMarked
package dev.countermand.containment.gcp;

import org.jspecify.annotations.NullMarked;
