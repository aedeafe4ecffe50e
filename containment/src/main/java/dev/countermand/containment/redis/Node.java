package dev.countermand.containment.redis;

import dev.countermand.containment.revoker.RevokerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.util.SafeEncoder;

/**
 * One Redis server, asked as the revoker's own user. Every call has a connection of its own, whose
 * every step ends within the timeout of the provider; so it is thread-safe.
 */
final class Node {
  private static final Set<String> PASSING =
      Set.of("LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN");
  private static final List<String> CHANGING = List.of("write", "dangerous", "admin", "scripting");
  private static final String DENIED = "has no permissions to run the";

  private final String provider;
  private final HostAndPort address;
  private final JedisClientConfig config;

  Node(String provider, HostAndPort address, JedisClientConfig config) {
    this.provider = provider;
    this.address = address;
    this.config = config;
  }

  /** {@code host:port}. */
  String name() {
    return address.toString();
  }

  /** The first of some commands that the revoker's own user may not run. */
  Optional<String> missingRight(List<List<String>> needed) {
    return ask(
        jedis -> {
          String own = jedis.aclWhoAmI();
          for (List<String> command : needed) {
            String[] arguments = command.subList(1, command.size()).toArray(String[]::new);
            if (!"OK".equals(jedis.aclDryRun(own, command.get(0), arguments))) {
              return Optional.of(String.join(" ", command));
            }
          }
          return Optional.empty();
        });
  }

  /** Whether a user that exists may run a command. */
  boolean allows(String user, String command, String... arguments) {
    return "OK".equals(ask(jedis -> jedis.aclDryRun(user, command, arguments)));
  }

  /** What a user may do; empty when there is none of that name. */
  Optional<UserRules> rules(String user) {
    return ask(
        jedis -> {
          Object answer = jedis.sendCommand(Protocol.Command.ACL, "GETUSER", user);
          return answer == null
              ? Optional.empty()
              : Optional.of(UserRules.of((List<?>) SafeEncoder.encodeObject(answer)));
        });
  }

  /** Changes a user that exists. */
  void change(String user, List<String> rules) {
    String unused = ask(jedis -> jedis.aclSetUser(user, rules.toArray(String[]::new)));
  }

  /** Closes all connections of a user; returns how many there were. */
  long cut(String user) {
    return ask(
        jedis ->
            jedis.clientKill(
                new ClientKillParams().user(user).skipMe(ClientKillParams.SkipMe.YES)));
  }

  /** How many connections of a user are open. */
  long connections(String user) {
    String word = " user=" + user + " ";
    return ask(jedis -> jedis.clientList().lines().filter(line -> line.contains(word)).count());
  }

  /**
   * Writes the users to where the server reads them from when it starts.
   *
   * @return empty when that is done; else why not
   */
  Optional<String> keep() {
    return ask(
        jedis -> {
          try {
            jedis.aclSave();
            return Optional.empty();
          } catch (JedisDataException e) {
            if (!said(e).contains("not configured to use an ACL file")) {
              return Optional.of("ACL SAVE answered " + code(e));
            }
          }
          try {
            jedis.configRewrite();
            return Optional.empty();
          } catch (JedisDataException e) {
            return Optional.of(
                said(e).contains("without a config file")
                    ? "the server has neither an ACL file nor a configuration file"
                    : "it has no ACL file, and CONFIG REWRITE answered " + code(e));
          }
        });
  }

  /**
   * Tries, without effect, every command that changes something, as a user.
   *
   * @return how many are denied whatever they are applied to, and the names of the others
   */
  Trial tryChanges(String user) {
    return ask(
        jedis -> {
          Map<String, Integer> lengths = changingCommands(jedis);
          Pipeline pipeline = jedis.pipelined();
          Map<String, Response<Object>> answers = new LinkedHashMap<>();
          lengths.forEach(
              (command, length) ->
                  answers.put(
                      command,
                      pipeline.sendCommand(Protocol.Command.ACL, trial(user, command, length))));
          pipeline.sync();
          List<String> open =
              answers.entrySet().stream()
                  .filter(answer -> !isDenied(answer.getValue()))
                  .map(Map.Entry::getKey)
                  .sorted()
                  .toList();
          return new Trial(answers.size(), open);
        });
  }

  /**
   * What a user was seen to be able to do.
   *
   * @param tried how many commands were tried
   * @param open those that are not denied
   */
  record Trial(int tried, List<String> open) {}

  /** Logs in as a user, and does nothing else. */
  boolean letsIn(String user, String password) {
    JedisClientConfig login =
        DefaultJedisClientConfig.builder()
            .from(config)
            .credentials(new DefaultRedisCredentials(user, password))
            .build();
    try (Jedis jedis = new Jedis(address, login)) {
      return jedis.isConnected();
    } catch (JedisDataException e) {
      if (code(e).equals("WRONGPASS")) {
        return false;
      }
      throw trouble(e);
    } catch (JedisException e) {
      throw away();
    }
  }

  /** By name, {@code config|set} for one of two words; how many words each has at least. */
  private static Map<String, Integer> changingCommands(Jedis jedis) {
    List<String> names = new ArrayList<>();
    CHANGING.forEach(category -> names.addAll(jedis.aclCat(category)));
    List<String> distinct = names.stream().distinct().toList();
    List<String> info = new ArrayList<>(distinct);
    info.add(0, "INFO");
    List<?> answers =
        (List<?>) jedis.sendCommand(Protocol.Command.COMMAND, info.toArray(String[]::new));
    Map<String, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      if (answers.get(i) instanceof List<?> command && command.get(1) instanceof Long arity) {
        lengths.put(distinct.get(i), Math.toIntExact(Math.abs(arity)));
      }
    }
    return lengths;
  }

  private static String[] trial(String user, String command, int length) {
    List<String> words = new ArrayList<>(List.of("DRYRUN", user));
    words.addAll(List.of(command.split("\\|", -1)));
    while (words.size() < length + 2) {
      words.add("1");
    }
    return words.toArray(String[]::new);
  }

  // A key or a channel that is denied says that the command is not. Any other words are no denial.
  private static boolean isDenied(Response<Object> answer) {
    try {
      return String.valueOf(SafeEncoder.encodeObject(answer.get())).contains(DENIED);
    } catch (JedisDataException e) {
      return false;
    }
  }

  private <T> T ask(Function<Jedis, T> question) {
    try (Jedis jedis = new Jedis(address, config)) {
      return question.apply(jedis);
    } catch (JedisDataException e) {
      throw trouble(e);
    } catch (JedisException e) {
      throw away();
    } catch (UserRules.UnreadableRules e) {
      throw RevokerException.fatal(
          "Server " + name() + " of provider " + provider + " is older than Redis 7.0.");
    }
  }

  private RevokerException away() {
    return RevokerException.retryable(
        "Server " + name() + " of provider " + provider + " did not answer.");
  }

  private RevokerException trouble(JedisDataException error) {
    String message =
        "Server " + name() + " of provider " + provider + " answered " + code(error) + ".";
    return PASSING.contains(code(error))
        ? RevokerException.retryable(message)
        : RevokerException.fatal(
            message + " Check user and password of the provider, and the rights of that user.");
  }

  /** The code that an error begins with; what follows may quote what was sent. */
  private static String code(JedisDataException error) {
    String word = said(error).split(" ", 2)[0];
    return word.matches("[A-Z]{2,20}") ? word : "an error";
  }

  private static String said(JedisDataException error) {
    return String.valueOf(error.getMessage());
  }
}
