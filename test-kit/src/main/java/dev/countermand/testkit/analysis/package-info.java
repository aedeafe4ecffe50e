/**
 * What the index in which Elasticsearch keeps users and API keys needs to be made, and the minimal
 * build lacks. It runs inside of Elasticsearch, as a plugin.
 */
@NullMarked
package dev.countermand.testkit.analysis;

import org.jspecify.annotations.NullMarked;
