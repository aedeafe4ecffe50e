/** Real Kafka, Elasticsearch and PostgreSQL servers as child processes. */
@NullMarked
package dev.countermand.embedded;

import org.jspecify.annotations.NullMarked;
