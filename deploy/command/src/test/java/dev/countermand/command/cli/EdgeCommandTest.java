package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.collectors.gateway.Gateway;
import dev.countermand.command.Main;
import dev.countermand.command.stack.Roles;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An agent of real processes under the edge, a real gateway, Kafka and containment. */
@EnabledOnOs(OS.LINUX)
final class EdgeCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The agent's processes; each adds to the file of its name while it runs. */
  private static final List<String> FAMILY =
      List.of("main", "child", "stubborn", "elsewhere", "nameless");

  @TempDir static Path directory;

  private static CommandsOnKafka commands;
  private static Topics topics;
  private static KafkaProbe probe;
  private static int port;
  private static Path token;
  private static Gateway gateway;
  private static AutoCloseable containment;

  private final List<Process> edges = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    token = Files.writeString(directory.resolve("token"), "token-of-" + "the-fleet");
    commands =
        new CommandsOnKafka(
                directory,
                "edge",
                """
                gateway:
                  port: %d
                  sources: [{name: fleet, token: {file: %s}}]
                """
                    .formatted(port, token))
            .withTopics();
    topics = commands.topics();
    probe = new KafkaProbe(TestServers.kafka());
    Roles roles =
        new Roles(
            ConfigurationLoader.load(commands.config()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            InstantSource.system());
    gateway = roles.gateway();
    containment = roles.containment();
    Files.writeString(
        directory.resolve("beat.sh"),
        "echo $$ >$1.pid\nwhile :; do echo x >>$1; sleep 0.05; done\n");
    Files.writeString(
        directory.resolve("agent.sh"),
        """
        trap 'exit 7' TERM
        D=$1 B=$2
        sh $B $D/child &
        sh -c 'trap "" TERM; exec sh "$0" "$1"' $B $D/stubborn &
        setsid sh $B $D/elsewhere &
        env -i PATH="$PATH" setsid sh $B $D/nameless &
        set -- $D/main
        . $B
        """);
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    containment.close();
    probe.close();
  }

  @AfterEach
  void endAll() throws IOException {
    edges.forEach(Process::destroyForcibly);
    try (var homes = Files.list(directory)) {
      for (Path home : homes.filter(Files::isDirectory).toList()) {
        for (String name : FAMILY) {
          if (Files.exists(home.resolve(name + ".pid")) && !state(home, name).equals("-")) {
            ProcessHandle process = ProcessHandle.of(pid(home, name)).orElse(null);
            if (process == null) {
              continue;
            }
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            // They may be stopped, and would stay so.
            children.forEach(ProcessHandle::destroyForcibly);
          }
        }
      }
    }
  }

  private Process edge(String agent, String... words) throws IOException {
    return edge(agent, "http://127.0.0.1:" + port, token, words);
  }

  private Process edge(String agent, String address, Path secret, String... words)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "edge", "run", "--agent", agent));
    command.addAll(List.of("--gateway", address, "--token-file", secret.toString(), "--"));
    command.addAll(List.of(words));
    Process edge =
        new ProcessBuilder(command)
            .redirectError(directory.resolve(agent + ".err").toFile())
            .start();
    edges.add(edge);
    return edge;
  }

  /** Starts the agent with its family and waits until all of it runs. */
  private Process family(String agent) throws IOException {
    Path home = Files.createDirectories(directory.resolve(agent));
    Process edge =
        edge(
            agent,
            "/bin/sh",
            directory.resolve("agent.sh").toString(),
            home.toString(),
            directory.resolve("beat.sh").toString());
    awaitRunning(home);
    return edge;
  }

  private static void awaitRunning(Path home) {
    for (String name : FAMILY) {
      Awaitility.await(name)
          .atMost(LIMIT)
          .until(() -> Files.exists(home.resolve(name)) && size(home, name) > 0);
      long before = size(home, name);
      Awaitility.await(name).atMost(LIMIT).until(() -> size(home, name) > before);
    }
  }

  private static long size(Path home, String name) {
    return home.resolve(name).toFile().length();
  }

  private static long pid(Path home, String name) throws IOException {
    return Long.parseLong(Files.readString(home.resolve(name + ".pid")).strip());
  }

  /** The letter of {@code /proc}; a dash for a process that is gone. */
  private static String state(Path home, String name) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid(home, name)), "stat");
    try {
      String text = Files.readString(stat);
      String state = text.substring(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
      return state.equals("Z") ? "-" : state;
    } catch (IOException e) {
      return "-";
    }
  }

  private static List<String> states(Path home) throws IOException {
    List<String> states = new ArrayList<>();
    for (String name : FAMILY) {
      states.add(state(home, name));
    }
    return states;
  }

  /**
   * A shell that waits for the child it just made is not T but D: the child is, so it runs nothing.
   */
  private static void assertStopped(Path home) throws IOException {
    assertThat(states(home)).isSubsetOf("T", "D").contains("T");
    List<Long> before = FAMILY.stream().map(name -> size(home, name)).toList();
    Awaitility.await()
        .during(Duration.ofMillis(500))
        .atMost(LIMIT)
        .until(() -> FAMILY.stream().map(name -> size(home, name)).toList().equals(before));
  }

  private static ContainmentOutcome outcome(String agent, String words) {
    return Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                probe.readAll(topics.containmentOutcomes()).stream()
                    .map(m -> m.value().getBytes(StandardCharsets.UTF_8))
                    .map(ContainmentOutcome.CODEC::decode)
                    .filter(one -> one.agentId().equals(agent) && one.step() == Step.PROCESS)
                    .filter(one -> one.reason().contains(words))
                    .toList(),
            found -> !found.isEmpty())
        .get(0);
  }

  private static void order(String agent, String... more) {
    List<String> words =
        new ArrayList<>(List.of("contain", "order", agent, "--reason", "it went wild"));
    words.addAll(Arrays.asList(more));
    Invocation order = commands.call(words.toArray(String[]::new));
    assertThat(order.code()).as(order.out() + order.err()).isZero();
  }

  private static String err(String agent) throws IOException {
    return Files.readString(directory.resolve(agent + ".err"));
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void aContainedAgentsProcessesStopAndAreProvedStoppedAndGoOnWhenItIsReleased() throws Exception {
    String agent = "stops";
    Process edge = family(agent);
    Path home = directory.resolve(agent);
    order(agent);
    ContainmentOutcome stopped = outcome(agent, "are stopped");
    assertThat(stopped.state()).isEqualTo(StepState.VERIFIED);
    assertThat(stopped.rung()).isEqualTo(Rung.PAUSE);
    assertThat(stopped.provider()).isEqualTo("edge");
    Duration took = Duration.between(stopped.requestedAt(), stopped.verifiedAt());
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertStopped(home);

    Process again = edge(agent + "-again", "/bin/true");
    assertThat(exit(again)).isZero();
    Files.delete(directory.resolve(agent + ".err"));
    Process refused = edge(agent, "/bin/sh", "-c", "echo started");
    assertThat(exit(refused)).isEqualTo(125);
    assertThat(err(agent)).contains("EDGE_AGENT_CONTAINED", "it went wild");
    assertThat(refused.getInputStream().readAllBytes()).isEmpty();

    assertThat(commands.call("release", agent, "--reason", "a test").code()).isZero();
    assertThat(outcome(agent, "are continued").rung()).isNull();
    awaitRunning(home);

    edge.destroy();
    assertThat(exit(edge)).as("the agent's own answer to SIGTERM").isEqualTo(7);
  }

  @Test
  void aRevokedAgentsProcessesAreGoneTheOneThatIgnoresSigtermToo() throws Exception {
    String agent = "ends";
    Process edge = family(agent);
    Path home = directory.resolve(agent);
    order(agent, "--rung", "revoke");
    ContainmentOutcome ended = outcome(agent, "are ended");
    assertThat(ended.state()).isEqualTo(StepState.VERIFIED);
    assertThat(ended.rung()).isEqualTo(Rung.REVOKE);
    assertThat(states(home)).containsOnly("-");
    assertThat(exit(edge)).isEqualTo(128 + 9);
  }

  @Test
  void whereTheEdgeIsKilledAStoppedAgentStaysStoppedAndARunningOneRunsOn() throws Exception {
    Process stopped = family("killed-stopped");
    order("killed-stopped");
    outcome("killed-stopped", "are stopped");
    stopped.destroyForcibly().waitFor();
    assertThat(commands.call("release", "killed-stopped", "--reason", "a test").code()).isZero();
    assertStopped(directory.resolve("killed-stopped"));

    Process running = family("killed-running");
    running.destroyForcibly().waitFor();
    awaitRunning(directory.resolve("killed-running"));
  }

  @Test
  void theAgentHasTheTerminalOfTheEdgeAndItsExitStatusIsPassedOn() throws Exception {
    Process edge = edge("talks", "/bin/sh", "-c", "read x; echo $COUNTERMAND_AGENT got $x; exit 3");
    edge.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
    edge.getOutputStream().flush();
    assertThat(exit(edge)).isEqualTo(3);
    assertThat(edge.getInputStream().readAllBytes()).asString().isEqualTo("talks got hello\n");
  }

  @Test
  void withoutTheGatewaysWordNothingIsStarted() throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "token-of-" + "nobody");
    String real = "http://127.0.0.1:" + port;
    assertNotStarted("http://127.0.0.1:1", token, "EDGE_GATEWAY_UNREACHABLE");
    assertNotStarted("http://gateway.example", token, "EDGE_ADDRESS_INVALID");
    assertNotStarted(real, other, "EDGE_REFUSED");
  }

  private void assertNotStarted(String address, Path secret, String code) throws Exception {
    Path started = directory.resolve("started");
    Process edge = edge(code, address, secret, "/usr/bin/touch", started.toString());
    assertThat(exit(edge)).as(code).isEqualTo(125);
    assertThat(directory.resolve(code + ".err")).content().contains(code);
    assertThat(started).doesNotExist();
  }

  @Test
  void aGatewayThatIsStartedAMomentLaterIsWaitedFor() throws Exception {
    int later;
    try (ServerSocket socket = new ServerSocket(0)) {
      later = socket.getLocalPort();
    }
    Path started = directory.resolve("started-late");
    Process edge =
        edge("late", "http://127.0.0.1:" + later, token, "/usr/bin/touch", started.toString());
    Path said = directory.resolve("late.err");
    Awaitility.await().atMost(LIMIT).until(() -> Files.readString(said).contains("waiting for it"));
    Path second = Files.writeString(directory.resolve("later.yaml"), moved(later));
    try (Gateway gateway =
        new Roles(
                ConfigurationLoader.load(second),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                InstantSource.system())
            .gateway()) {
      assertThat(gateway.port()).isEqualTo(later);
      assertThat(exit(edge)).isZero();
      assertThat(started).exists();
    }
  }

  private static String moved(int to) throws IOException {
    return Files.readString(commands.config())
        .replace("port: " + port, "port: " + to)
        .replace("/data\n", "/later\n");
  }
}
