package dev.metaops.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableStoreTest {
  private static final String TABLE =
      """
      SET TIME ZONE 'Asia/Tokyo';
      CREATE TYPE public.phase AS ENUM ('open', 'funded');
      CREATE DOMAIN public.stage AS public.phase;
      CREATE DOMAIN public.moment AS timestamp;
      CREATE DOMAIN public.name AS text CHECK (VALUE <> '');
      CREATE TABLE public.deals (deal public.name PRIMARY KEY, stage public.stage, opened public.moment);
      INSERT INTO public.deals VALUES ('d-1', 'open', '2026-11-30 12:00')\
      """;

  @Test
  void aColumnOfADomainIsReadAsTheTypeBelowIt() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement()) {
      statement.execute(TABLE);
      TableStore deals = new TableStore(connection, "public", "deals");
      assertThat(deals.words("stage")).containsExactly("open", "funded");
      assertThat(found(deals, new RowQuery.Condition.OneOf("deal", List.of("d-1")))).isOne();
      // Without a zone it is taken for UTC, wherever the session is.
      assertThat(found(deals, since("2026-11-30T12:00:00Z"))).isOne();
      assertThat(found(deals, since("2026-11-30T12:00:01Z"))).isZero();
    }
  }

  private static RowQuery.Condition since(String moment) {
    return new RowQuery.Condition.Since("opened", Instant.parse(moment));
  }

  private static int found(TableStore deals, RowQuery.Condition condition) throws Exception {
    return deals.rows(RowQuery.where(5, condition), "deal").size();
  }
}
