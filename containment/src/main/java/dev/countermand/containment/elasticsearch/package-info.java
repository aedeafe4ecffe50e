/** Takes away API keys of Elasticsearch. */
@NullMarked
package dev.countermand.containment.elasticsearch;

import org.jspecify.annotations.NullMarked;
