package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Arguments.Dashes;
import dev.countermand.model.Verb;
import java.util.Map;
import java.util.Set;

/** Accounts, processes, power and jobs of a machine, and whole databases: the name decides. */
final class MachinePrograms {
  private MachinePrograms() {}

  static Map<String, Program> all() {
    return Map.of(
        "machine", MachinePrograms::machine, "database-tools", MachinePrograms::databaseTools);
  }

  private static void machine(Invocation call, Effects out) {
    switch (call.name()) {
      case "userdel", "deluser", "groupdel" -> lost("account", 0.85, call, out);
      case "shutdown", "reboot", "halt", "poweroff", "init", "telinit" ->
          lost("running-service", 0.6, call, out);
      case "kill", "killall", "pkill", "skill", "xkill", "taskkill" -> stops(call, out);
      case "useradd",
          "adduser",
          "usermod",
          "passwd",
          "chpasswd",
          "gpasswd",
          "visudo",
          "su",
          "login",
          "newgrp",
          "setenforce",
          "auditctl" ->
          changes(Verb.GRANT, "account", call, out);
      case "crontab", "at", "batch", "atrm", "schtasks" -> jobs(call, out);
      case "journalctl", "loginctl", "resolvectl", "ifconfig" -> reads(call, out);
      default -> changes(Verb.WRITE, "system-setting", call, out);
    }
  }

  /** A process comes back by starting it again; who watches the agent is missed meanwhile. */
  private static void stops(Invocation call, Effects out) {
    boolean guard = call.words().stream().anyMatch(word -> word.text().contains("countermand"));
    out.add(
        Verb.DELETE,
        guard ? "agent-guard" : "process",
        last(call),
        call.environment(Environments.LOCAL),
        Reversal.of(!guard),
        guard ? 0.8 : 0.7,
        call.text());
  }

  private static void jobs(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of("-u"));
    if (arguments.has("-l", Dashes.CLUSTERS)) {
      return;
    }
    if (arguments.has("-r", Dashes.CLUSTERS)
        || call.name().equals("atrm")
        || arguments.has("/delete", Dashes.WORDS)) {
      lost("scheduled-jobs", 0.9, call, out);
    } else {
      changes(Verb.WRITE, "scheduled-jobs", call, out);
    }
  }

  private static void reads(Invocation call, Effects out) {
    boolean sets = call.words().size() > 1 && call.name().equals("ifconfig");
    if (sets) {
      changes(Verb.WRITE, "network", call, out);
    } else {
      out.add(Verb.READ, "system", "", Environments.LOCAL, Reversal.POSSIBLE, 0.8, call.text());
    }
  }

  private static void databaseTools(Invocation call, Effects out) {
    String environment = call.environment(Environments.UNKNOWN);
    switch (call.name()) {
      case "dropdb", "pg_dropcluster", "pg_resetwal" ->
          out.add(
              Verb.DESTROY,
              "database",
              last(call),
              environment,
              Reversal.IMPOSSIBLE,
              0.95,
              call.text());
      case "dropuser" ->
          out.add(
              Verb.DELETE, "role", last(call), environment, Reversal.IMPOSSIBLE, 0.9, call.text());
      case "createuser" ->
          out.add(
              Verb.GRANT, "role", last(call), environment, Reversal.IMPOSSIBLE, 0.9, call.text());
      case "pg_dump", "pg_dumpall", "mysqldump", "mongodump", "mongoexport" ->
          out.add(
              Verb.READ, "database", last(call), environment, Reversal.POSSIBLE, 0.9, call.text());
      default ->
          out.add(
              Verb.WRITE, "database", last(call), environment, Reversal.POSSIBLE, 0.7, call.text());
    }
  }

  private static void lost(String type, double confidence, Invocation call, Effects out) {
    out.add(
        Verb.DELETE,
        type,
        last(call),
        call.environment(Environments.LOCAL),
        Reversal.IMPOSSIBLE,
        confidence,
        call.text());
  }

  private static void changes(Verb verb, String type, Invocation call, Effects out) {
    out.add(
        verb,
        type,
        last(call),
        call.environment(Environments.LOCAL),
        Reversal.IMPOSSIBLE,
        0.7,
        call.text());
  }

  private static String last(Invocation call) {
    return call.words().isEmpty() ? "" : call.words().get(call.words().size() - 1).text();
  }
}
