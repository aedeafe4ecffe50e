package dev.countermand.dashboards.kibana;

import java.util.List;

/** All dashboards. */
public final class Dashboards {
  private Dashboards() {}

  /** The one that others lead to comes first, as an object must come before those that name it. */
  public static List<Dashboard> all() {
    return List.of(
        AgentTimeline.dashboard(),
        Fleet.dashboard(),
        Destruction.dashboard(),
        Credentials.dashboard(),
        Containment.dashboard());
  }
}
