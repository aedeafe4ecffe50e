/** Takes away tokens, leases and entities at OpenBao and HashiCorp Vault, which share their API. */
@NullMarked
package dev.countermand.containment.openbao;

import org.jspecify.annotations.NullMarked;
