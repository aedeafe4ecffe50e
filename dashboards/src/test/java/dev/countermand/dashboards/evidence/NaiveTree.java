package dev.countermand.dashboards.evidence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * RFC 9162, section 2.1, as it is written down: lists of leaves, no frontier, nothing remembered.
 */
final class NaiveTree {
  private NaiveTree() {}

  /** Merkle Tree Hash of leaves that are hashed already. */
  static byte[] root(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      return sha256();
    }
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    int k = split(leaves.size());
    return sha256(
        new byte[] {1}, root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
  }

  /** Section 2.1.3.1. */
  static List<byte[]> path(int m, List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return new ArrayList<>();
    }
    int k = split(leaves.size());
    boolean left = m < k;
    List<byte[]> path =
        left ? path(m, leaves.subList(0, k)) : path(m - k, leaves.subList(k, leaves.size()));
    path.add(root(left ? leaves.subList(k, leaves.size()) : leaves.subList(0, k)));
    return path;
  }

  /** Section 2.1.4.1. */
  static List<byte[]> consistency(int m, List<byte[]> leaves) {
    return part(m, leaves, true);
  }

  private static List<byte[]> part(int m, List<byte[]> leaves, boolean whole) {
    int n = leaves.size();
    if (m == n) {
      return whole ? new ArrayList<>() : new ArrayList<>(List.of(root(leaves)));
    }
    int k = split(n);
    List<byte[]> proof;
    if (m <= k) {
      proof = part(m, leaves.subList(0, k), whole);
      proof.add(root(leaves.subList(k, n)));
    } else {
      proof = part(m - k, leaves.subList(k, n), false);
      proof.add(root(leaves.subList(0, k)));
    }
    return proof;
  }

  /** Section 2.1.4.2: whether two roots are of one tree as it grew. */
  static boolean consistent(int m, byte[] before, int n, byte[] after, List<byte[]> proof) {
    if (m == n) {
      return proof.isEmpty() && Arrays.equals(before, after);
    }
    List<byte[]> path = new ArrayList<>(proof);
    if (Integer.bitCount(m) == 1) {
      path.add(0, before);
    }
    int fn = m - 1;
    int sn = n - 1;
    while ((fn & 1) == 1) {
      fn >>= 1;
      sn >>= 1;
    }
    byte[] fr = path.get(0);
    byte[] sr = path.get(0);
    for (byte[] c : path.subList(1, path.size())) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = sha256(new byte[] {1}, c, fr);
        sr = sha256(new byte[] {1}, c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = sha256(new byte[] {1}, sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return Arrays.equals(fr, before) && Arrays.equals(sr, after) && sn == 0;
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static int split(int n) {
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return k;
  }
}
