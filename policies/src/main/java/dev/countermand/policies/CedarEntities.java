package dev.countermand.policies;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.EntityValidationRequest;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entities that come with the policies: groups, and who is in them. What agents, resources and
 * credentials are is said by each request; here stand their groups and tags. Immutable.
 */
final class CedarEntities {
  static final CedarEntities NONE = new CedarEntities(Map.of(), Set.of());
  private static final String GROUP = "Group";
  private static final String AGENT = "Agent";

  /** The attributes that a request gives, so that the rest of an entity can be checked alone. */
  private static final Map<String, Map<String, Value>> GIVEN =
      Map.of(
          GROUP,
          Map.of(),
          AGENT,
          Map.of(),
          GrantQuestion.RESOURCE,
          Map.of(
              "type", new PrimString(""),
              "id", new PrimString(""),
              "environment", new PrimString(""),
              "reversible", new PrimBool(false)),
          GrantQuestion.CREDENTIAL,
          Map.of(
              "fingerprint", new PrimString(""),
              "environment", new PrimString(""),
              "registered", new PrimBool(false)));

  private final Map<EntityUID, Entity> members;
  private final Set<Entity> groups;

  private CedarEntities(Map<EntityUID, Entity> members, Set<Entity> groups) {
    this.members = Map.copyOf(members);
    this.groups = Set.copyOf(groups);
  }

  /** Reads and checks them; Cedar's library is loaded. */
  static CedarEntities read(String source, String json) {
    String what = "The entities for " + source;
    Map<EntityUID, Entity> members = new HashMap<>();
    Set<Entity> groups = new HashSet<>();
    List<Entity> whole = new ArrayList<>();
    Set<EntityUID> seen = new HashSet<>();
    try {
      // Cedar's own reader takes a key twice, and text after the end.
      Json.mapper().readTree(json);
      for (Entity entity : Entities.parse(json).getEntities()) {
        EntityUID uid = entity.getEUID();
        Map<String, Value> given = GIVEN.get(uid.getType().toString());
        if (given == null || !entity.attrs.isEmpty() || !seen.add(uid)) {
          throw CedarSource.invalid(what, problem(entity, given == null));
        }
        whole.add(new Entity(uid, given, entity.getParents(), entity.tags));
        if (uid.getType().toString().equals(GROUP)) {
          groups.add(entity);
        } else {
          members.put(uid, entity);
        }
      }
      new BasicAuthorizationEngine()
          .validateEntities(new EntityValidationRequest(CedarSource.schema(), whole));
    } catch (JsonProcessingException e) {
      throw CedarSource.invalid(what, e.getOriginalMessage());
    } catch (AuthException e) {
      throw CedarSource.invalid(what, e.getMessage());
    }
    return new CedarEntities(members, groups);
  }

  /** The entities for one question: who asks, what it is about, and the groups. */
  Set<Entity> around(GrantQuestion question) {
    Set<Entity> around = new HashSet<>(groups);
    around.add(member(CedarValues.uid(AGENT, question.principal()), Map.of()));
    around.add(
        member(
            CedarValues.uid(question.kind(), question.id()),
            CedarValues.record(question.attributes())));
    return around;
  }

  private Entity member(EntityUID uid, Map<String, Value> attributes) {
    Entity known = members.get(uid);
    return known == null
        ? new Entity(uid, attributes, Set.of())
        : new Entity(uid, attributes, known.getParents(), known.tags);
  }

  private static String problem(Entity entity, boolean unknown) {
    String type = entity.getEUID().getType().toString();
    if (unknown) {
      return "an entity is a " + type + "; only Agent, Group, Resource and Credential are known";
    }
    return entity.attrs.isEmpty()
        ? "an entity of type " + type + " is there twice"
        : "an entity of type " + type + " has attributes; write them as tags";
  }
}
