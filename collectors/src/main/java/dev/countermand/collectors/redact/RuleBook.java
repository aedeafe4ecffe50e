package dev.countermand.collectors.redact;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The compiled rules: one index of all literals, and what to examine when one is hit. */
final class RuleBook {

  private static final List<String> COMMANDS =
      List.of(
          "curl",
          "wget",
          "sshpass",
          "mysql",
          "mysqldump",
          "mysqladmin",
          "mariadb",
          "docker",
          "podman",
          "redis-cli",
          "mongosh",
          "mongodump",
          "sqlcmd",
          "ldapsearch",
          "ldapmodify");
  private static final List<String> MANIFESTS =
      List.of("kind: secret", "kind: 'secret'", "kind: \"secret\"");

  private final LiteralIndex index;
  private final Set<String> kinds =
      new HashSet<>(
          Set.of(
              "password",
              "generic-secret",
              "generic-key",
              "generic-token",
              "http-header",
              "http-basic",
              "http-bearer",
              "http-authorization",
              "http-digest",
              "http-cookie",
              "url-password",
              "url-token",
              "private-key",
              "aws-secret-key",
              "azure-storage-key",
              "railway-token",
              "cli-password",
              "registered",
              "vendor-key",
              KubernetesProbe.KIND));
  private final Names names;
  private final Values values;
  private final AssignmentProbe assignments;
  private final KubernetesProbe manifests;

  private RuleBook(
      RuleFile.Tokens tokens, RuleFile.Vendors vendors, RuleFile.Vocabulary vocabulary) {
    names = new Names(vocabulary);
    values = new Values(vocabulary, tokens.tokens());
    Vendors knownVendors = new Vendors(vendors.vendors(), values);
    assignments = new AssignmentProbe(names, values, knownVendors, this);
    manifests = new KubernetesProbe();
    Map<String, List<Probe>> literals = new TreeMap<>();
    for (RuleFile.Token token : tokens.tokens()) {
      kinds.add(token.kind());
      Probe rule = new TokenRule(token, values);
      token.anchors().forEach(anchor -> add(literals, anchor, rule));
    }
    vocabulary.literals().forEach(literal -> add(literals, literal, assignments));
    knownVendors.names().forEach(name -> add(literals, name, knownVendors));
    add(literals, "://", new UrlProbe(values));
    add(literals, "-----begin ", new PemProbe());
    Probe commands = new CommandProbe(values);
    COMMANDS.forEach(command -> add(literals, command, commands));
    MANIFESTS.forEach(manifest -> add(literals, manifest, manifests));
    add(literals, Marker.OPEN, this::marker);
    index = new LiteralIndex(literals);
  }

  static RuleBook standard() {
    return new RuleBook(RuleFile.tokens(), RuleFile.vendors(), RuleFile.vocabulary());
  }

  /** Runs every rule whose literal occurs in the view. */
  void examine(Scan scan) {
    index.run(scan);
  }

  Set<String> kinds() {
    return Set.copyOf(kinds);
  }

  boolean knowsKind(String kind) {
    return kinds.contains(kind);
  }

  Names names() {
    return names;
  }

  Values values() {
    return values;
  }

  AssignmentProbe assignments() {
    return assignments;
  }

  KubernetesProbe manifests() {
    return manifests;
  }

  private void marker(Scan scan, int start, int end) {
    int close = Marker.end(scan.text, start, this);
    if (close > 0) {
      scan.report("marker", start, close, Detection.MARKER);
    }
  }

  private static void add(Map<String, List<Probe>> literals, String literal, Probe probe) {
    literals.computeIfAbsent(literal.toLowerCase(Locale.ROOT), key -> new ArrayList<>()).add(probe);
  }
}
