/** How records become JSON documents and back, field by field, with unknown fields kept. */
@NullMarked
package dev.countermand.model.json;

import org.jspecify.annotations.NullMarked;
