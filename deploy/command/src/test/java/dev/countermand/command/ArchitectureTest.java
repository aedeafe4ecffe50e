package dev.countermand.command;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Credential;

/** The direction of imports, as the design draws it. */
@AnalyzeClasses(packages = "dev.countermand", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String MODEL = "dev.countermand.model..";
  private static final String RUNTIME = "dev.countermand.runtime..";
  private static final String DETECTORS = "dev.countermand.detectors..";

  @ArchTest
  static final ArchRule theModelKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              MODEL,
              "java..",
              "com.fasterxml.jackson.core..",
              "com.fasterxml.jackson.databind..",
              "org.jspecify..");

  @ArchTest static final ArchRule theRuntimeKnowsTheModelOnly = onlyKnows(RUNTIME, MODEL, RUNTIME);

  @ArchTest
  static final ArchRule detectorsKnowTheModelOnly = onlyKnows(DETECTORS, MODEL, DETECTORS);

  @ArchTest
  static final ArchRule policiesKnowTheDetectorsOnly =
      onlyKnows(
          "dev.countermand.policies..", MODEL, RUNTIME, DETECTORS, "dev.countermand.policies..");

  @ArchTest
  static final ArchRule detectorsArePure =
      noClasses()
          .that()
          .resideInAPackage(DETECTORS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "org.apache.flink..",
              "java.net.http..",
              "java.sql..",
              "java.nio.channels..")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule collectorsMeetTheRestThroughTopics =
      onlyKnows("dev.countermand.collectors..", MODEL, RUNTIME, "dev.countermand.collectors..");

  @ArchTest
  static final ArchRule containmentMeetsTheRestThroughTopics =
      onlyKnows("dev.countermand.containment..", MODEL, RUNTIME, "dev.countermand.containment..");

  @ArchTest
  static final ArchRule dashboardsMeetTheRestThroughTopics =
      onlyKnows("dev.countermand.dashboards..", MODEL, RUNTIME, "dev.countermand.dashboards..");

  @ArchTest
  static final ArchRule streamsHostDetectors =
      onlyKnows(
          "dev.countermand.streams..", MODEL, RUNTIME, DETECTORS, "dev.countermand.streams..");

  @ArchTest
  static final ArchRule theLearningJobHostsDetectorsOnly =
      onlyKnows(
          "dev.countermand.streams.flink..",
          MODEL,
          RUNTIME,
          DETECTORS,
          "dev.countermand.streams.flink..");

  @ArchTest
  static final ArchRule onlyTheLearningJobKnowsFlink =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.countermand.streams.flink..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule onlyContainmentOpensSealedSecrets =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.countermand.containment..",
              "dev.countermand.runtime.crypto..",
              "dev.countermand.command.stack..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.countermand.runtime.crypto.Sealing$Opener");

  @ArchTest
  static final ArchRule onlyTopologiesKnowKafkaStreams =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.countermand.streams", "dev.countermand.benchmarks..", "dev.countermand.testkit")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule whatPeopleTypeLosesItsSecretsInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage(MODEL)
          .and()
          .doNotHaveFullyQualifiedName("dev.countermand.runtime.PersonRecords")
          .should()
          .callMethodWhere(
              target(owner(type(ContainmentOrder.class))).and(target(name("byPerson"))))
          .orShould()
          .callConstructorWhere(target(owner(type(Approval.class))));

  @ArchTest
  static final ArchRule credentialsAreDescribedWithoutSecretsInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages(MODEL, "dev.countermand.testkit..")
          .and()
          .doNotHaveFullyQualifiedName("dev.countermand.command.stack.Registry")
          .and()
          .doNotHaveFullyQualifiedName("dev.countermand.command.stack.FingerprintRotation")
          .should()
          .callConstructorWhere(target(owner(type(Credential.class))));

  @ArchTest
  static final ArchRule everyClassIsInAPackageOfOurs =
      classes().should().resideInAPackage("dev.countermand..");

  private static ArchRule onlyKnows(String who, String... known) {
    return noClasses()
        .that()
        .resideInAPackage(who)
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are ours, but of none of " + String.join(", ", known),
                target ->
                    target.getPackageName().startsWith("dev.countermand")
                        && java.util.Arrays.stream(known)
                            .noneMatch(
                                p ->
                                    target
                                        .getPackageName()
                                        .startsWith(p.substring(0, p.length() - 2)))));
  }
}
