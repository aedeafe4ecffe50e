package dev.countermand.runtime.server;

import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import dev.countermand.runtime.http.Refusal;
import java.util.Optional;

/**
 * Requests that end before all of them is there. Whoever reaches the port can send any number of
 * these, so they are no errors of ours that belong in a log.
 */
public final class CutShort {
  private CutShort() {}

  /**
   * The refusal of a request of which the rest did not come: its sender went, or was too slow.
   *
   * @param error what reading the body failed with
   * @return BODY_INCOMPLETE; empty for every other error
   */
  public static Optional<Refusal> refusal(Throwable error) {
    boolean isCutShort =
        error instanceof ClosedStreamException
            // The server has answered for the service: the time was over.
            || error instanceof ResponseCompleteException;
    return isCutShort
        ? Optional.of(
            new Refusal(400, "BODY_INCOMPLETE", "The body ended before all of it was there."))
        : Optional.empty();
  }
}
