package dev.countermand.embedded;

import java.nio.file.Path;

/**
 * The files of an Elasticsearch and the Java that runs it.
 *
 * @param archive the zip on the class path, by its absolute name
 * @param java the {@code java} program
 * @param javaVersion its feature version, for instance 17
 */
public record ElasticsearchDistribution(String archive, Path java, int javaVersion) {

  /** What comes with this module, 8.19, on the Java that runs this. */
  public static ElasticsearchDistribution embedded() {
    return new ElasticsearchDistribution(
        "/servers/elasticsearch.zip", Executables.java(), Runtime.version().feature());
  }
}
