/**
 * What a provider must be able to do so that a credential can be taken away, proved and given back.
 */
@NullMarked
package dev.countermand.containment.revoker;

import org.jspecify.annotations.NullMarked;
