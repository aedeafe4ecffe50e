package dev.countermand.command.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.Printable;
import dev.countermand.model.json.Json;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Writes records as JSON lines. */
public final class LineStage implements Consumer<Moment> {
  private final PrintStream out;
  private final TimeShift shift;

  /** Writes to a stream that stays open. */
  public LineStage(PrintStream out, TimeShift shift) {
    this.out = out;
    this.shift = shift;
  }

  @Override
  public void accept(Moment moment) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("kind", moment.kind().word()).put("time", moment.time().toString());
    line.putObject("kafka")
        .put("topic", moment.message().topic())
        .put("partition", moment.message().partition())
        .put("offset", moment.message().offset());
    line.set("document", shift.tree(moment));
    out.println(Printable.json(line.toString()));
  }
}
