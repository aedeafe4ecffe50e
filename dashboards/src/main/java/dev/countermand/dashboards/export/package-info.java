/** An incident as files for others: everything that is known of it, with what proves it. */
@NullMarked
package dev.countermand.dashboards.export;

import org.jspecify.annotations.NullMarked;
