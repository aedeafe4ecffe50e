package dev.countermand.dashboards.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Roots, paths and frontiers beside those of a tree that is written as the standard reads. */
final class StretchTest {
  private static final int MOST = 300;
  private static final List<byte[]> LEAVES = leaves(MOST);

  private final Hasher hasher = new Hasher();

  private static List<byte[]> leaves(int count) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(NaiveTree.sha256(ByteBuffer.allocate(4).putInt(i).array()));
    }
    return leaves;
  }

  private Stretch grown(int... sizes) {
    Stretch tree = Stretch.empty();
    int from = 0;
    for (int size : sizes) {
      tree = new Stretch(from, tree.frontierAfter(hasher), LEAVES.subList(from, size));
      from = size;
    }
    return tree;
  }

  @Test
  void theRootOfEverySizeIsThatOfTheStandard() {
    Stretch all = grown(MOST);
    for (int size = 0; size <= MOST; size++) {
      assertThat(all.rootAt(size, hasher))
          .as("size %d", size)
          .isEqualTo(NaiveTree.root(LEAVES.subList(0, size)));
    }
  }

  @Property(tries = 500)
  void itIsTheSameInWhateverStepsTheTreeGrew(
      @ForAll @IntRange(max = MOST) int a,
      @ForAll @IntRange(max = MOST) int b,
      @ForAll @IntRange(max = MOST) int c) {
    int[] sizes = java.util.stream.IntStream.of(a, b, c).sorted().toArray();

    Stretch tree = grown(sizes);

    assertThat(tree.before()).isEqualTo(sizes[1]);
    assertThat(tree.root(hasher)).isEqualTo(NaiveTree.root(LEAVES.subList(0, sizes[2])));
    assertThat(tree.rootAt(sizes[1], hasher))
        .isEqualTo(NaiveTree.root(LEAVES.subList(0, sizes[1])));
  }

  @Property(tries = 500)
  void thePathOfALeafIsThatOfTheStandardAndLeadsToTheRoot(
      @ForAll @IntRange(max = MOST - 1) int a,
      @ForAll @IntRange(max = MOST - 1) int b,
      @ForAll @IntRange(min = 1, max = MOST) int c) {
    int[] sorted = java.util.stream.IntStream.of(a, b).sorted().toArray();
    int size = Math.max(sorted[1] + 1, c);
    Stretch tree = grown(sorted[0], size);

    List<byte[]> path = tree.path(sorted[1], hasher);

    assertThat(path).containsExactlyElementsOf(NaiveTree.path(sorted[1], LEAVES.subList(0, size)));
    assertThat(InclusionProof.root(sorted[1], size, LEAVES.get(sorted[1]), path, hasher))
        .contains(tree.root(hasher));
  }

  @Property(tries = 300)
  void aPathProvesNoOtherLeafPlaceOrSize(
      @ForAll @IntRange(max = MOST - 1) int index,
      @ForAll @IntRange(max = MOST - 1) int other,
      @ForAll @IntRange(min = 1, max = MOST) int otherSize) {
    Stretch tree = grown(MOST);
    byte[] root = tree.root(hasher);
    List<byte[]> path = tree.path(index, hasher);

    if (other != index) {
      assertThat(InclusionProof.root(other, MOST, LEAVES.get(index), path, hasher))
          .isNotEqualTo(java.util.Optional.of(root));
      assertThat(InclusionProof.root(index, MOST, LEAVES.get(other), path, hasher).orElseThrow())
          .isNotEqualTo(root);
    }
    assertThat(
            InclusionProof.root(
                index, MOST, LEAVES.get(index), path.subList(1, path.size()), hasher))
        .isEmpty();
    if (otherSize <= index) {
      assertThat(InclusionProof.root(index, otherSize, LEAVES.get(index), path, hasher)).isEmpty();
    }
  }

  @Property(tries = 500)
  void twoRootsOfATreeThatGrewAreConsistentByTheStandard(
      @ForAll @IntRange(min = 1, max = MOST) int a, @ForAll @IntRange(min = 1, max = MOST) int b) {
    int m = Math.min(a, b);
    int n = Math.max(a, b);
    byte[] before = grown(m).root(hasher);
    byte[] after = grown(m, n).root(hasher);
    List<byte[]> proof = NaiveTree.consistency(m, LEAVES.subList(0, n));

    assertThat(NaiveTree.consistent(m, before, n, after, proof)).isTrue();
    assertThat(NaiveTree.consistent(m, NaiveTree.sha256(before), n, after, proof)).isFalse();
  }

  @Test
  void aFrontierThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new Stretch(3, List.of(LEAVES.get(0)), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> grown(4, 8).rootAt(3, hasher))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> grown(4, 8).path(3, hasher))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
