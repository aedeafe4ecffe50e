package dev.countermand.collectors.report;

import org.jspecify.annotations.Nullable;

/**
 * Who reports, and for which agent.
 *
 * @param source the configured source
 * @param witness what kind of witness it is
 * @param environment where the agent runs
 * @param agentId the agent
 * @param agentName what people call it
 * @param agentKind what kind of agent it is, from the configuration alone; null for unknown
 * @param repositoryTasks whether the agent runs on this machine, and the repository it works in may
 *     narrow its grant
 */
public record Reporter(
    String source,
    String witness,
    @Nullable String environment,
    String agentId,
    @Nullable String agentName,
    @Nullable String agentKind,
    boolean repositoryTasks) {}
