/** The Kibana saved objects as readable definitions, and their NDJSON. */
@NullMarked
package dev.countermand.dashboards.kibana;

import org.jspecify.annotations.NullMarked;
