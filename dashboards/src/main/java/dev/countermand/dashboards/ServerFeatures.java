package dev.countermand.dashboards;

import java.util.List;

/**
 * What an Elasticsearch has that our templates make use of.
 *
 * @param wildcard fields for long texts that are searched by what they contain
 * @param matchOnlyText fields for prose, half the size of {@code text}
 * @param logsdb the index mode for logs, with the source kept as it was sent
 * @param failureStore a template can switch the failure store off
 * @param lifecycle what deletes old documents
 */
public record ServerFeatures(
    boolean wildcard,
    boolean matchOnlyText,
    boolean logsdb,
    boolean failureStore,
    Lifecycle lifecycle) {

  /** What rolls data streams over and deletes what is too old. */
  public enum Lifecycle {
    /** The lifecycle of data streams, which is part of the template. */
    DATA_STREAM,
    /** Index lifecycle management, by a policy. */
    ILM,
    /** Nothing: documents stay until somebody deletes them. */
    NONE
  }

  /** Nothing but the core. */
  public static final ServerFeatures CORE =
      new ServerFeatures(false, false, false, false, Lifecycle.NONE);

  /** Everything. */
  public static final ServerFeatures FULL =
      new ServerFeatures(true, true, true, true, Lifecycle.DATA_STREAM);

  /** The two between which all others lie. */
  public static List<ServerFeatures> extremes() {
    return List.of(FULL, CORE);
  }
}
