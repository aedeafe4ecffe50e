package dev.countermand.containment;

import dev.countermand.model.CredentialHolders;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which agents have which registered credentials, as scoring told. Thread-safe. */
final class Holders {
  private final Map<String, CredentialHolders> byCredential = new HashMap<>();
  private final Map<String, Set<String>> byAgent = new HashMap<>();

  /** Takes the news of a credential; null when nobody has it any more. */
  synchronized void put(String fingerprint, @Nullable CredentialHolders news) {
    CredentialHolders before =
        news == null ? byCredential.remove(fingerprint) : byCredential.put(fingerprint, news);
    if (before != null) {
      agents(before)
          .forEach(
              agent ->
                  byAgent.computeIfPresent(
                      agent,
                      (id, all) -> {
                        all.remove(fingerprint);
                        return all.isEmpty() ? null : all;
                      }));
    }
    if (news != null) {
      agents(news)
          .forEach(agent -> byAgent.computeIfAbsent(agent, id -> new TreeSet<>()).add(fingerprint));
    }
  }

  /** The registered credentials that an agent used or saw. */
  synchronized List<String> of(String agentId) {
    return List.copyOf(byAgent.getOrDefault(agentId, Set.of()));
  }

  /** The agents that used a credential, but this one; the latest first. */
  synchronized List<String> othersThanThis(String agentId, String fingerprint) {
    CredentialHolders known = byCredential.get(fingerprint);
    return known == null
        ? List.of()
        : known.users().stream().filter(user -> !user.equals(agentId)).toList();
  }

  private static Set<String> agents(CredentialHolders holders) {
    Set<String> all = new LinkedHashSet<>(holders.users());
    all.addAll(holders.seers());
    return all;
  }
}
