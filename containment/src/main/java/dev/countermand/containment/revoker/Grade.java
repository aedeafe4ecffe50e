package dev.countermand.containment.revoker;

import dev.countermand.model.Wire;

/** How taking a credential away can be taken back. */
public enum Grade implements Wire {
  /** It is given back as it was. */
  REVERSIBLE,
  /** It is gone; its owner can get a new one. */
  RE_ISSUABLE
}
