package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it was signed.
 *
 * @param first offset of the records it is about; of checkpoints the first size
 * @param last the same as the first for one
 * @param text what is wrong, in words
 * @param id of the document that stands there now, where it can be read
 */
public record Problem(
    Kind kind, LogName log, long first, long last, String text, @Nullable String id) {

  /** What happened. */
  public enum Kind {
    /** Another record stands where one was signed. */
    CHANGED,
    /** A record that was signed is gone, and not by its age. */
    REMOVED,
    /** A record stands where none was when its surroundings were signed. */
    INSERTED,
    /** A record that was signed stands elsewhere. */
    MOVED,
    /** Records between two checkpoints differ; the checkpoint that could name them is gone. */
    STRETCH_CHANGED,
    /** A checkpoint that no notary signed, or that was changed. */
    CHECKPOINT_FORGED,
    /** A checkpoint that must have been there is gone. */
    CHECKPOINT_MISSING,
    /** Two checkpoints contradict each other. */
    CHECKPOINT_FORKED,
    /** There are records and not one checkpoint of them. */
    NEVER_SIGNED;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean ofRecords() {
      return compareTo(STRETCH_CHANGED) <= 0;
    }
  }

  /** As {@code topic-partition@offset}, or the sizes of checkpoints. */
  public String place() {
    return log + (kind.ofRecords() ? "@" : " size ") + first + (last == first ? "" : "-" + last);
  }

  /** The problem for machines. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("problem", kind.word()).put("topic", log.topic()).put("partition", log.partition());
    node.put(kind.ofRecords() ? "first_offset" : "first_size", first);
    node.put(kind.ofRecords() ? "last_offset" : "last_size", last);
    return node.put("id", id).put("text", text);
  }
}
