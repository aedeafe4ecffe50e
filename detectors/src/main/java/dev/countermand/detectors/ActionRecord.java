package dev.countermand.detectors;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.json.MalformedDocumentException;
import org.jspecify.annotations.Nullable;

/** Reads the records of the topic of actions, for every engine that scores them. */
public final class ActionRecord {
  private static final int MAX_ID = 128;
  private static final int MAX_NAME = 256;

  private ActionRecord() {}

  /** Why a record cannot be scored. */
  public static final class Unscorable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    private Unscorable(String code, @Nullable String reason) {
      super(reason);
      this.code = code;
    }

    /** The code for the dead letter. */
    public String code() {
      return code;
    }
  }

  /**
   * The action of a record. What stores rely on is checked: that it stands under its agent's key,
   * and that the names it brings are short.
   *
   * @throws Unscorable ACTION_EMPTY, RECORD_UNREADABLE, KEY_MISMATCH, NAME_TOO_LONG
   */
  public static Action read(@Nullable String key, byte @Nullable [] value) throws Unscorable {
    if (value == null) {
      throw new Unscorable("ACTION_EMPTY", "The record has no value.");
    }
    Action action;
    try {
      action = Action.CODEC.decode(value);
    } catch (MalformedDocumentException e) {
      throw new Unscorable("RECORD_UNREADABLE", e.getMessage());
    }
    if (!action.agentId().equals(key)) {
      throw new Unscorable("KEY_MISMATCH", "The key is not the agent of the action.");
    }
    if (tooLong(action)) {
      throw new Unscorable("NAME_TOO_LONG", "An id, name or kind in it is too long.");
    }
    return action;
  }

  private static boolean tooLong(Action action) {
    if (action.id().length() > MAX_ID
        || action.agentId().length() > MAX_NAME
        || action.sessionId().length() > MAX_NAME) {
      return true;
    }
    for (CredentialMention mention : action.credentials()) {
      String previous = mention.previous();
      if (mention.fingerprint().length() > MAX_ID
          || (previous != null && previous.length() > MAX_ID)
          || mention.kind().length() > MAX_ID
          || mention.field().length() > MAX_NAME * MAX_NAME) {
        return true;
      }
    }
    return false;
  }
}
