package dev.countermand.detectors.grant;

/**
 * Whether a grant covers what is asked.
 *
 * @param permitted whether it does
 * @param because the policy or clause that decided, in one line for a person
 */
public record GrantDecision(boolean permitted, String because) {}
