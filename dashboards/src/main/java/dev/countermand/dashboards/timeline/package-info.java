/** What happened, as one ordered story: read from the topics, told as text, JSON or a page. */
@NullMarked
package dev.countermand.dashboards.timeline;

import org.jspecify.annotations.NullMarked;
