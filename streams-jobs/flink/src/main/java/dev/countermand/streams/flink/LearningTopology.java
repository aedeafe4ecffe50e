package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.model.Baseline;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.Flowing.Members;
import dev.countermand.streams.flink.Flowing.Observed;
import dev.countermand.streams.flink.Flowing.Published;
import dev.countermand.streams.flink.Flowing.Traits;
import dev.countermand.streams.flink.Flowing.Window;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The learning job as a graph: scored actions in, baselines and dead letters out. */
final class LearningTopology {
  private static final OutputTag<Observed> LATE =
      new OutputTag<>("late", TypeInformation.of(Observed.class));

  private LearningTopology() {}

  /**
   * Adds the job to an environment.
   *
   * @param from the first event time that is learned from
   * @param to the end of what is learned from; null for a job that goes on
   */
  static void build(
      StreamExecutionEnvironment env,
      LearningSettings settings,
      Instant from,
      @Nullable Instant to) {
    KafkaSettings kafka = settings.kafka();
    DataStream<Observed> read =
        env.fromSource(
                source(kafka, from, to != null), watermarks(settings, to != null), "scored-actions")
            .uid("scored-actions");

    read.process(new Counting.Unreadable())
        .uid("unreadable")
        .sinkTo(letters(kafka))
        .uid("dead-letters");

    long end = to == null ? Long.MAX_VALUE : to.toEpochMilli();
    SingleOutputStreamOperator<Window> windows =
        read.process(Counting.Within.samples(from.toEpochMilli(), end))
            .uid("samples")
            .keyBy(Observed::key)
            .window(TumblingEventTimeWindows.of(LearnedRate.WINDOW))
            .sideOutputLateData(LATE)
            .aggregate(new Windows.Sum(), new Windows.Begin())
            .name("windows")
            .uid("windows");
    windows
        .getSideOutput(LATE)
        .process(new Counting.All(Summary.LATE))
        .uid("late")
        .sinkTo(new DiscardingSink<>())
        .uid("late-end");

    SingleOutputStreamOperator<Published> subjects =
        windows
            .keyBy(Window::key)
            .process(new LearnSubject(settings.publishEvery()))
            .name("learn")
            .uid("learn");
    DataStream<Published> peers =
        subjects
            .getSideOutput(LearnSubject.MEMBERS)
            .keyBy(Members::feature)
            .process(new AdmitGroups<Members>(), TypeInformation.of(Members.class))
            .name("admit-groups")
            .uid("admit-groups")
            .keyBy(Members::key)
            .window(TumblingEventTimeWindows.of(LearnedRate.WINDOW))
            .reduce(new Windows.Gather())
            .name("members")
            .uid("members")
            .keyBy(Members::key)
            .process(new LearnPeers(settings.publishEvery()))
            .name("learn-peers")
            .uid("learn-peers");
    SingleOutputStreamOperator<Published> traits =
        traits(read.process(Counting.Within.traits(from.toEpochMilli(), end)).uid("traits"))
            .keyBy(Traits::key)
            .process(new LearnTraits(settings.publishEvery()))
            .name("learn-traits")
            .uid("learn-traits");
    DataStream<Published> traitsOfPeers =
        traits
            .getSideOutput(LearnTraits.OF_MEMBERS)
            .keyBy(window -> Baseline.SEEN)
            .process(new AdmitGroups<Traits>(), TypeInformation.of(Traits.class))
            .name("admit-groups-of-traits")
            .uid("admit-groups-of-traits")
            .keyBy(Traits::key)
            .window(TumblingEventTimeWindows.of(LearnedRate.WINDOW))
            .aggregate(new Windows.Union())
            .name("traits-of-members")
            .uid("traits-of-members")
            .keyBy(Traits::key)
            .process(new LearnTraits(settings.publishEvery()))
            .name("learn-traits-of-peers")
            .uid("learn-traits-of-peers");
    subjects
        .union(peers, traits, traitsOfPeers)
        .sinkTo(baselines(kafka, to != null))
        .name("baselines")
        .uid("baselines");
  }

  /** What each agent is seen with, window by window; what comes too late is left out. */
  private static DataStream<Traits> traits(DataStream<Observed> observed) {
    return observed
        .map(LearningTopology::traits)
        .returns(Traits.class)
        .uid("traits-of-actions")
        .keyBy(Traits::key)
        .window(TumblingEventTimeWindows.of(LearnedRate.WINDOW))
        .aggregate(new Windows.Union())
        .name("windows-of-traits")
        .uid("windows-of-traits");
  }

  private static Traits traits(Observed one) {
    long minute = LearnedRate.windowOf(Instant.ofEpochMilli(one.time())).toEpochMilli();
    String[] traits = one.traits() == null ? new String[0] : one.traits();
    return new Traits(minute, one.subject(), one.peers(), traits, one.teaches());
  }

  private static WatermarkStrategy<Observed> watermarks(
      LearningSettings settings, boolean bounded) {
    WatermarkStrategy<Observed> strategy =
        WatermarkStrategy.<Observed>forBoundedOutOfOrderness(settings.outOfOrder())
            .withTimestampAssigner((one, time) -> one.time());
    WatermarkStrategy<Observed> aligned = Connector.aligned(strategy, "scored-actions");
    // Over history a partition is not idle but slow to be read, and must hold the others up.
    return bounded ? aligned : aligned.withIdleness(settings.idle());
  }

  private static Source<Observed, KafkaPartitionSplit, KafkaSourceEnumState> source(
      KafkaSettings kafka, Instant from, boolean bounded) {
    ReadScored deserializer = new ReadScored();
    Properties consumer = Connector.consumer(kafka, "learning");
    KafkaSourceBuilder<Observed> builder =
        KafkaSource.<Observed>builder()
            .setTopics(kafka.topics().scoredActions())
            // A record is never older than the action in it.
            .setStartingOffsets(OffsetsInitializer.timestamp(Math.max(0, from.toEpochMilli())))
            .setProperties(consumer)
            .setDeserializer(deserializer);
    return bounded
        ? new HistorySource<>(
            builder.setBounded(OffsetsInitializer.latest()).build(), deserializer, consumer)
        : builder.build();
  }

  private static BaselineSink baselines(KafkaSettings kafka, boolean bounded) {
    // A run over history beside the job that goes on must not fence its producers.
    String id = kafka.topics().prefix() + (bounded ? "-learning-history" : "-learning");
    Properties producer =
        Connector.text(kafka.producer("countermand-learning"), Set.of("client.id"));
    return new BaselineSink(kafka.topics().baselines(), id, producer);
  }

  private static KafkaSink<Published> letters(KafkaSettings kafka) {
    String topic = kafka.topics().deadLetters();
    return KafkaSink.<Published>builder()
        .setBootstrapServers(kafka.bootstrap())
        .setKafkaProducerConfig(
            Connector.text(kafka.producer("countermand-learning-letters"), Connector.OWN))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(
            (letter, context, time) -> new ProducerRecord<>(topic, letter.document()))
        .build();
  }
}
