package dev.countermand.containment.revoker;

/**
 * What a probe saw.
 *
 * @param life whether the credential still works
 * @param seen the observation, for the record
 */
public record Proof(Life life, String seen) {

  /** Whether a credential works. */
  public enum Life {
    /** It does not work any more. */
    DEAD,
    /** It still works. */
    ALIVE,
    /** The probe cannot tell. */
    UNKNOWN
  }

  /** It does not work any more. */
  public static Proof dead(String seen) {
    return new Proof(Life.DEAD, seen);
  }

  /** It still works. */
  public static Proof alive(String seen) {
    return new Proof(Life.ALIVE, seen);
  }

  /** The probe cannot tell. */
  public static Proof unknown(String seen) {
    return new Proof(Life.UNKNOWN, seen);
  }
}
