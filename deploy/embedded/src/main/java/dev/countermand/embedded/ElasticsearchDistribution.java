package dev.countermand.embedded;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of an Elasticsearch and the Java that runs it.
 *
 * @param archive the zip on the class path, by its absolute name
 * @param java the {@code java} program
 * @param javaVersion its feature version, for instance 17
 * @param plugins what it has besides; it is unpacked on its own for each set of them
 */
public record ElasticsearchDistribution(
    String archive, Path java, int javaVersion, List<ElasticsearchPlugin> plugins) {
  public ElasticsearchDistribution {
    plugins = List.copyOf(plugins);
  }

  /** The same without plugins. */
  public ElasticsearchDistribution(String archive, Path java, int javaVersion) {
    this(archive, java, javaVersion, List.of());
  }

  /** What comes with this module, 8.19 without x-pack, on the Java that runs this. */
  public static ElasticsearchDistribution embedded() {
    return new ElasticsearchDistribution(
        "/servers/elasticsearch-minimal.zip", Executables.java(), Runtime.version().feature());
  }

  /**
   * The same with x-pack, which security and plugins that extend it need. The module that asks for
   * it copies the distribution to its test classes as {@code servers/elasticsearch-x-pack.zip}: it
   * is under the Elastic License 2.0, and no part of what is built.
   */
  public static ElasticsearchDistribution withXPack() {
    return new ElasticsearchDistribution(
        "/servers/elasticsearch-x-pack.zip", Executables.java(), Runtime.version().feature());
  }

  /** The same with these plugins. */
  public ElasticsearchDistribution with(List<ElasticsearchPlugin> more) {
    return new ElasticsearchDistribution(archive, java, javaVersion, more);
  }

  /**
   * The version of Elasticsearch, such as 8.19.21.
   *
   * @throws EmbeddedServerException {@code SERVER_FILES_MISSING} when the archive is not there
   */
  public String version() {
    String folder = new ZipArchive(archive).topFolder();
    return folder.substring(folder.lastIndexOf('-') + 1);
  }

  /** Where it is unpacked. */
  Path home(Progress progress) {
    ZipArchive zip = new ZipArchive(archive);
    StringBuilder name = new StringBuilder(zip.topFolder());
    plugins.forEach(plugin -> name.append('+').append(plugin.id()));
    return new ServerStore(CacheDirectory.current())
        .unpacked(
            name.toString(),
            directory -> {
              zip.unpackTo(directory);
              for (ElasticsearchPlugin plugin : plugins) {
                plugin.unpackTo(directory);
              }
            },
            progress);
  }
}
