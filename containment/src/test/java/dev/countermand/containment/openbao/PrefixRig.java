package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All leases of a role, which are accounts of an engine. */
final class PrefixRig extends VaultRig {
  private static final String PREFIX = "lease-prefix";

  private final Map<String, List<String>> accounts = new ConcurrentHashMap<>();
  private final Map<String, String> leases = new ConcurrentHashMap<>();

  PrefixRig(Path directory) {
    super(directory, new VaultRevokerFactory(), "revoker");
  }

  @Override
  public Target freshTarget() {
    Target target = unknownTarget();
    String unused = lease(target) + lease(target);
    return target;
  }

  @Override
  public Target unknownTarget() {
    String prefix = OpenBao.ACCOUNTS + "/creds/" + KafkaProbe.uniqueName("role");
    return target(Map.of(PREFIX, prefix), Credentials.freshSecret());
  }

  /** Reads one more account of the role; returns the id of the lease. */
  String lease(Target target) {
    String prefix = prefix(target);
    JsonNode answer = server.ok("GET", prefix, "");
    accounts
        .computeIfAbsent(prefix, role -> new ArrayList<>())
        .add(answer.path("data").path("account").asText());
    leases.put(prefix, answer.path("lease_id").asText());
    return answer.path("lease_id").asText();
  }

  /** The secrets engine cannot revoke anything, or can again. */
  void stick(boolean isStuck) {
    server.ok(isStuck ? "POST" : "DELETE", OpenBao.ACCOUNTS + "/stuck", "");
  }

  private static String prefix(Target target) {
    return String.valueOf(target.handle().get(PREFIX));
  }

  /** Whether one of the accounts is there. */
  @Override
  public boolean works(Target target) {
    return accounts.getOrDefault(prefix(target), List.of()).stream().anyMatch(this::isThere);
  }

  boolean isThere(String account) {
    return server.status("GET", OpenBao.ACCOUNTS + "/account/" + account) == 200;
  }

  @Override
  public Object description(Target target) {
    return server.ok("GET", "sys/leases/lookup/" + prefix(target) + "/?list=true", "").path("data");
  }

  /** One of the two leases. */
  @Override
  public void takePart(Target target) {
    String lease = leases.get(prefix(target));
    server.ok("POST", "sys/leases/revoke", "{'lease_id':'" + lease + "','sync':true}");
  }

  @Override
  public void giveBack(Target target) {
    String unused = lease(target);
  }
}
