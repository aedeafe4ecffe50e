package dev.countermand.containment;

/**
 * A credential that was to be taken away before anybody knew its provider, so that nobody has
 * decided yet whether people must be asked first.
 *
 * @param by who ordered it
 * @param isNamed whether the order named it, and it was not only used or seen by the agent
 */
record Wanted(String by, boolean isNamed) {

  /** The same after one more order: a person's word, and having been named, stand. */
  Wanted and(Wanted later) {
    return new Wanted(People.isPerson(by) ? by : later.by, isNamed || later.isNamed);
  }
}
