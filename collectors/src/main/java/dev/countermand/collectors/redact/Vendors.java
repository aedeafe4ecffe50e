package dev.countermand.collectors.redact;

import com.google.re2j.Pattern;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keys without a prefix that a vendor's name gives away: {@code mattermost 'abc...'}. It also knows
 * where a value that is called a vendor's key cannot be one.
 */
final class Vendors implements Probe {

  private static final int MAX_GAP = 6;
  private static final int MAX_WORD = 24;
  private static final int MIN_KEY = 16;
  private static final int MAX_KEY = 100;
  private static final String UUID = "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}";

  private final Values values;
  private final Map<String, Vendor> byName = new HashMap<>();

  private record Vendor(Pattern key, int most) {}

  Vendors(List<RuleFile.Vendor> vendors, Values values) {
    this.values = values;
    for (RuleFile.Vendor vendor : vendors) {
      Pattern key = Pattern.compile(vendor.key().replace("{uuid}", UUID));
      vendor.names().forEach(name -> byName.put(name, new Vendor(key, vendor.most())));
    }
  }

  Set<String> names() {
    return byName.keySet();
  }

  @Override
  public void examine(Scan scan, int start, int end) {
    if (Chars.isAlnum(scan.at(start - 1))) {
      return;
    }
    int from = end;
    boolean signed = false;
    while (from - end < MAX_GAP && isGap(scan.at(from))) {
      signed |= scan.at(from) != ' ';
      from++;
    }
    int to = from;
    while (to - from <= MAX_KEY && Chars.isBase64(scan.at(to))) {
      to++;
    }
    if (from == end || to - from < MIN_KEY || to - from > MAX_KEY) {
      return;
    }
    scan.budget.spend(to - end + 8L);
    String value = scan.slice(from, to);
    Vendor vendor = byName.get(scan.slice(start, end).toLowerCase(Locale.ROOT));
    // Without a sign between them a hash that follows a name is more often that of a commit.
    boolean possible = signed || !Values.isHex(value);
    if (vendor != null
        && possible
        && vendor.key().matches(value)
        && values.isRandom(value, MIN_KEY)
        && !values.isPlaceholder(value)) {
      scan.report("vendor-key", from, to, value, Detection.ASSIGNMENT);
    }
  }

  private static boolean isGap(char c) {
    return c == ' ' || c == '=' || c == ':' || c == '>' || Chars.isQuote(c);
  }

  /** The name together with the word before it, when that is a vendor's: {@code loggly key}. */
  String qualified(Scan scan, int nameStart, String name) {
    int to = nameStart - 1;
    int from = to;
    while (nameStart - from < MAX_WORD && Chars.isAlnum(scan.at(from - 1))) {
      from--;
    }
    if (from >= to || scan.at(to) != ' ') {
      return name;
    }
    String before = scan.slice(from, to).toLowerCase(Locale.ROOT);
    return byName.containsKey(before) ? before + "_" + name : name;
  }

  /**
   * Whether the value cannot be the key that its name promises: the name is of a vendor all of
   * whose keys are known, and the value has another shape without being longer than they are.
   */
  boolean ruleOut(String name, String value) {
    for (String word : Names.words(name)) {
      Vendor vendor = byName.get(word);
      if (vendor != null) {
        return value.length() <= vendor.most() && !vendor.key().matches(value);
      }
    }
    return false;
  }
}
