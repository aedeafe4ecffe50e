package dev.countermand.detectors.grant;

import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Task;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The question whether an agent may cause an effect, or may use a credential. Exactly one of {@code
 * effect} and {@code fingerprint} is given.
 *
 * @param time of the action
 * @param agentId who acts
 * @param task the grant that holds at that time: that of the open task, or of the profile that
 *     applies without one; null when there is neither
 * @param effect what would be done; null when it is asked of a credential
 * @param fingerprint of the credential; null when it is asked of an effect
 * @param credential what is registered of it; null when nothing is, or it is asked of an effect
 */
public record GrantRequest(
    Instant time,
    String agentId,
    @Nullable Task task,
    @Nullable Effect effect,
    @Nullable String fingerprint,
    @Nullable Credential credential) {}
