package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

class RadiusTest {
  private final Understanding understanding = Understanding.standard();

  @Test
  void aVolumeTakesItsDataAndTheBackupsInItWithIt() {
    Effect effect =
        removal("curl https://x.example/graphql -d '{\"query\":\"mutation{volumeDelete(id:1)}\"}'");
    assertThat(effect.takes())
        .containsExactly("its data", "the backups and snapshots that are kept in it");
    assertThat(effect.undo()).isEqualTo("from a backup that is kept elsewhere");
  }

  @Test
  void aCascadeAWildcardAndAnOptionForAllReachFurther() {
    assertThat(removal("psql -c 'DROP TABLE orders CASCADE'").takes())
        .containsExactly("every row in it", "everything that depends on it");
    assertThat(removal("rm -rf /srv/data/*").takes())
        .contains("everything that matches /srv/data/*");
    assertThat(removal("kubectl delete pvc --all -n shop").takes()).contains("all of the kind");
    assertThat(
            removal("aws rds delete-db-instance --db-instance-identifier a --skip-final-snapshot")
                .takes())
        .contains("the snapshot that would have been the way back");
  }

  @Test
  void whatCanBePutBackSaysHow() {
    assertThat(removal("rm -rf node_modules").undo()).isEqualTo("by building again");
    assertThat(removal("git branch -D feature").undo()).contains("reflog");
  }

  @Test
  void whatOnlyReadsReachesNothing() {
    for (Effect effect : understanding.shell("psql -c 'SELECT * FROM orders' && ls /srv/*")) {
      assertThat(effect.takes()).isEmpty();
      assertThat(effect.undo()).isNull();
    }
  }

  private Effect removal(String command) {
    List<Effect> effects = understanding.shell(command);
    return effects.stream()
        .filter(effect -> effect.verb().compareTo(Verb.DELETE) >= 0)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no removal in " + effects));
  }
}
