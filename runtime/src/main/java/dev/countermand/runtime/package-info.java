/** What every Countermand process needs: errors, identifiers, retry. */
@NullMarked
package dev.countermand.runtime;

import org.jspecify.annotations.NullMarked;
