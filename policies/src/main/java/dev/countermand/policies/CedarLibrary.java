package dev.countermand.policies;

import com.cedarpolicy.BasicAuthorizationEngine;
import dev.countermand.runtime.CountermandException;

/** The native part of Cedar. */
final class CedarLibrary {
  private CedarLibrary() {}

  /**
   * An engine; the first one loads the library.
   *
   * @throws CountermandException POLICY_ENGINE_UNAVAILABLE when it cannot be loaded here
   */
  static BasicAuthorizationEngine engine() {
    try {
      return new BasicAuthorizationEngine();
    } catch (LinkageError | RuntimeException e) {
      throw new CountermandException(
          "POLICY_ENGINE_UNAVAILABLE",
          "Cedar's native library does not load on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + e.getClass().getSimpleName()
              + "). See policies/README.md for the platforms and for CEDAR_JAVA_FFI_LIB, or decide"
              + " grants without Cedar.",
          e);
    }
  }
}
