package dev.countermand.containment.revoker;

/**
 * What became of giving a credential back.
 *
 * @param result whether it works again
 * @param detail what was seen; for {@link Result#IMPOSSIBLE} what to do instead
 */
public record Restoration(Result result, String detail) {

  /** Whether a credential works again. */
  public enum Result {
    /** It is as it was before. */
    RESTORED,
    /** This kind of credential cannot be given back. */
    IMPOSSIBLE
  }

  /** It is as it was before. */
  public static Restoration restored(String detail) {
    return new Restoration(Result.RESTORED, detail);
  }

  /** It cannot be given back. */
  public static Restoration impossible(String instead) {
    return new Restoration(Result.IMPOSSIBLE, instead);
  }
}
