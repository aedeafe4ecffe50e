package dev.countermand.command.demo;

import java.net.URI;

/** Where a page of the console is, and who may sign in there. */
interface ConsoleSite {
  /** The page. */
  URI console();

  /** The token of {@code viewer}, {@code responder} or {@code admin}. */
  String token(String who);
}
