package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.FlagsProvider;

/**
 * Lets two dots stand in a parameter, which Armeria refuses else: an agent can call itself so, and
 * must be found and contained all the same. No server of Countermand makes a path of a parameter.
 */
public final class IdsInQueries implements FlagsProvider {
  /** Made by the service loader. */
  public IdsInQueries() {}

  @Override
  public int priority() {
    return 1;
  }

  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }
}
