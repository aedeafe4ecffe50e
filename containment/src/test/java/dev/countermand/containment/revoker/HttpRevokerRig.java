package dev.countermand.containment.revoker;

import java.net.URI;

/** A real provider that speaks HTTP. */
public interface HttpRevokerRig extends RevokerRig {

  /** Where it answers; the path is not looked at. */
  URI provider();

  /** Whether a call is one that takes something away, or gives it back. */
  default boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET");
  }

  /** The body with which it says that such a call is done. */
  default String yes() {
    return "{}";
  }
}
