/** The page for people, where there is no Kibana: what happens, and what can be done about it. */
@NullMarked
package dev.countermand.dashboards.console;

import org.jspecify.annotations.NullMarked;
