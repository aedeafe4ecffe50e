package dev.countermand.detectors.understand;

import java.util.HashMap;
import java.util.Map;

/** The readers of the different languages; they call each other, so they are built together. */
final class Readers {
  private final Knowledge knowledge;
  private final Files files;
  private final SqlReader sql;
  private final HttpReader http;
  private final CodeReader code;
  private final InvocationReader invocations;
  private final ShellReader shell;

  Readers(Knowledge knowledge) {
    this.knowledge = knowledge;
    Map<String, Program> programs = new HashMap<>();
    this.files = new Files();
    this.sql = new SqlReader();
    this.http = new HttpReader(knowledge.words(), sql);
    this.code = new CodeReader(this);
    this.invocations = new InvocationReader(this, programs);
    this.shell = new ShellReader(this);
    programs.putAll(FilePrograms.all(files));
    programs.putAll(RunningPrograms.all(this));
    programs.putAll(EachPrograms.all(this));
    programs.putAll(MachinePrograms.all());
    programs.put("http", new HttpPrograms(http, files));
  }

  Knowledge knowledge() {
    return knowledge;
  }

  Files files() {
    return files;
  }

  SqlReader sql() {
    return sql;
  }

  HttpReader http() {
    return http;
  }

  CodeReader code() {
    return code;
  }

  InvocationReader invocations() {
    return invocations;
  }

  ShellReader shell() {
    return shell;
  }
}
