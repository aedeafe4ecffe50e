package dev.countermand.policies;

import dev.countermand.detectors.grant.GrantPolicy;

final class BuiltInGrantTest extends GrantPolicyContract {

  @Override
  GrantPolicy policy() {
    return Requests.BUILT_IN;
  }
}
