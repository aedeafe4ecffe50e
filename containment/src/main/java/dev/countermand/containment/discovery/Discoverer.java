package dev.countermand.containment.discovery;

import java.util.List;

/** Lists what a provider lets in. It changes nothing. */
public interface Discoverer {

  /**
   * All that the provider lists, by name.
   *
   * @throws dev.countermand.runtime.CountermandException DISCOVERY_FAILED when it cannot be asked
   */
  List<Discovered> discover();
}
