/** The Elasticsearch sink and its templates. */
@NullMarked
package dev.countermand.dashboards;

import org.jspecify.annotations.NullMarked;
