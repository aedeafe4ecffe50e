package dev.countermand.policies;

import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as Cedar's values. Text is handed over as a value, never as a part of an expression, so that
 * nothing an agent writes is read as Cedar.
 */
final class CedarValues {
  private CedarValues() {}

  static EntityUID uid(String type, String id) {
    return new EntityUID(EntityTypeName.parse(type).orElseThrow(), id);
  }

  static Map<String, Value> record(ObjectNode object) {
    Map<String, Value> values = new HashMap<>();
    object.properties().forEach(field -> values.put(field.getKey(), value(field.getValue())));
    return values;
  }

  private static Value value(JsonNode json) {
    if (json.isTextual()) {
      return new PrimString(json.textValue());
    }
    if (json.isBoolean()) {
      return new PrimBool(json.booleanValue());
    }
    if (json.isArray()) {
      List<Value> elements = new ArrayList<>();
      json.forEach(element -> elements.add(value(element)));
      return new CedarList(elements);
    }
    if (json instanceof ObjectNode object) {
      return new CedarMap(record(object));
    }
    return new PrimLong(json.longValue());
  }
}
