package dev.countermand.testkit;

/**
 * A running Elasticsearch that a contract is checked against. Shared by the tests of one JVM: use
 * indices of your own.
 */
public interface ElasticsearchBackend {
  /** {@code http://host:port}, without a slash at the end and without authentication. */
  String url();
}
