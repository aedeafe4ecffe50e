package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.RevokerException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The sessions of a client or of a user, with and without a browser (offline). */
final class Sessions {
  private static final int PAGE = 100;

  /** Rounds of looking for sessions that began while the others were ended. */
  private static final int ROUNDS = 5;

  private final RealmAdmin admin;

  Sessions(RealmAdmin admin) {
    this.admin = admin;
  }

  /**
   * The first of its sessions.
   *
   * @param online their ids
   * @param offline their ids
   * @param isMore whether there may be others
   */
  record Found(Set<String> online, Set<String> offline, boolean isMore) {
    boolean isEmpty() {
      return online.isEmpty() && offline.isEmpty();
    }

    @Override
    public String toString() {
      return online.size()
          + (isMore ? " or more" : "")
          + " session(s) and "
          + offline.size()
          + " offline session(s)";
    }
  }

  Found of(Holder holder) {
    Set<String> online = new TreeSet<>();
    Set<String> offline = new TreeSet<>();
    if (holder.isClient()) {
      add(online, holder.path() + "/user-sessions?max=" + PAGE);
      add(offline, holder.path() + "/offline-sessions?max=" + PAGE);
    } else {
      add(online, holder.path() + "/sessions");
      for (String client : offlineClients(holder)) {
        add(offline, holder.path() + "/offline-sessions/" + RealmAdmin.encode(client));
      }
    }
    return new Found(online, offline, online.size() >= PAGE || offline.size() >= PAGE);
  }

  /**
   * Ends them all.
   *
   * @return how many there were
   * @throws RevokerException retryable, when there are always more
   */
  int end(Holder holder) {
    int ended = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Found found = of(holder);
      if (found.isEmpty()) {
        return ended;
      }
      found.online().forEach(id -> admin.send("DELETE", session(id, "false"), ""));
      found.offline().forEach(id -> admin.send("DELETE", session(id, "true"), ""));
      ended += found.online().size() + found.offline().size();
    }
    Found left = of(holder);
    if (left.isEmpty()) {
      return ended;
    }
    throw RevokerException.retryable(
        left + " of " + holder + " are left after " + ended + " were ended; it is disabled.");
  }

  private static String session(String id, String isOffline) {
    return "sessions/" + RealmAdmin.encode(id) + "?isOffline=" + isOffline;
  }

  private void add(Set<String> ids, String path) {
    admin
        .find(path)
        .ifPresent(list -> list.forEach(session -> ids.add(session.path("id").asText())));
  }

  /** The internal ids of the clients that hold an offline token of the user. */
  private Set<String> offlineClients(Holder user) {
    Set<String> clients = new TreeSet<>();
    Optional<JsonNode> consents = admin.find(user.path() + "/consents");
    consents.ifPresent(
        list ->
            list.forEach(
                consent ->
                    consent
                        .path("additionalGrants")
                        .forEach(grant -> clients.add(grant.path("client").asText()))));
    clients.remove("");
    return clients;
  }
}
