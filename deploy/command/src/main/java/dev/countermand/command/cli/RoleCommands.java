package dev.countermand.command.cli;

import dev.countermand.command.stack.Roles;
import dev.countermand.command.stack.Stopping;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.streams.RiskJob;
import dev.countermand.streams.ScoringJob;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One role each, for deployments where every role is a process of its own. */
final class RoleCommands {
  private RoleCommands() {}

  /** What the roles have in common: they run until they are asked to end. */
  abstract static class RoleCommand implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();

    /** Starts the role. */
    abstract AutoCloseable start(Roles roles);

    /** One line about what runs. */
    abstract String describe(Configuration configuration);

    /** The configuration that the role runs with. */
    Configuration prepare(Configuration loaded) {
      return loaded;
    }

    /** Whether the role can only start when Kafka answers. */
    boolean needsKafka() {
      return true;
    }

    @Override
    public Integer call() throws InterruptedException {
      Configuration configuration = prepare(config.load());
      Roles roles =
          new Roles(
              configuration,
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              InstantSource.system());
      if (needsKafka()) {
        roles.topics();
      }
      try (Stopping stopping = new Stopping()) {
        stopping.started(start(roles));
        System.err.println(describe(configuration) + " Ctrl-C ends it.");
        stopping.await();
      }
      return 0;
    }
  }

  /** The gateway. */
  @Command(
      name = "gateway",
      description = "Runs the gateway: takes hooks and actions, answers with verdicts.")
  static final class GatewayCommand extends RoleCommand {
    @Override
    AutoCloseable start(Roles roles) {
      return roles.gateway();
    }

    @Override
    boolean needsKafka() {
      return false;
    }

    @Override
    String describe(Configuration c) {
      return "The gateway listens on " + c.gateway().host() + ":" + c.gateway().port() + ".";
    }
  }

  /** Scoring. */
  @Command(
      name = "score",
      description = "Runs scoring on Kafka Streams, and beside it the job of risks and incidents.")
  static final class ScoreCommand extends RoleCommand {
    @Override
    AutoCloseable start(Roles roles) {
      ScoringJob scoring = roles.scoring();
      RiskJob risk = roles.risk();
      return () -> {
        risk.close();
        scoring.close();
      };
    }

    @Override
    String describe(Configuration c) {
      return "Scoring actions, risks and incidents of " + c.kafka().bootstrap() + ".";
    }
  }

  /** The index. */
  @Command(name = "index", description = "Indexes what happened into Elasticsearch.")
  static final class IndexCommand extends RoleCommand {
    @Override
    AutoCloseable start(Roles roles) {
      return roles.index();
    }

    @Override
    String describe(Configuration c) {
      return "Indexing into " + c.elasticsearch().url() + ".";
    }
  }

  /** The notary. */
  @Command(
      name = "notary",
      description =
          "Runs the notary: signs what stands in the topics of evidence, so that verify finds out"
              + " who changes it later.",
      subcommands = NotaryRotateKey.class)
  static final class NotaryCommand extends RoleCommand {
    @Override
    AutoCloseable start(Roles roles) {
      return roles.notary();
    }

    @Override
    String describe(Configuration c) {
      return "Signing "
          + String.join(", ", c.evidence().topics())
          + " of "
          + c.kafka().bootstrap()
          + ". The key to verify with is in "
          + c.keys().resolve(NotaryKey.PUBLIC_FILE)
          + ".";
    }
  }
}
