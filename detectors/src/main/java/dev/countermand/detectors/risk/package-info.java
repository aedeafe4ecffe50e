/** Pure: how risky an agent, a session, a credential or an owner is, from what was found of it. */
@NullMarked
package dev.countermand.detectors.risk;

import org.jspecify.annotations.NullMarked;
