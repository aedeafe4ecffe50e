/** Takes away access keys of IAM users and sessions of IAM roles at AWS. */
@NullMarked
package dev.countermand.containment.aws;

import org.jspecify.annotations.NullMarked;
