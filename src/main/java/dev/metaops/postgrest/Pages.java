package dev.metaops.postgrest;

import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Gathers rows behind the server's row cap. A page shorter than asked for means nothing, as the cap
 * may be any number; only an empty one is the end.
 */
final class Pages {
  /** Supabase's own cap, unless changed. */
  static final int MOST_AT_ONCE = 1000;

  private final Postgrest door;
  private final Select query;
  private final Keyset keyset;
  private final int most;
  private final List<JsonNode> gathered = new ArrayList<>();

  Pages(Postgrest door, Select query, Keyset keyset, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most: " + most + " (expected: at least 1)");
    }
    this.door = door;
    this.query = query.including(keyset.columns()).orderBy(keyset.order());
    this.keyset = keyset;
    this.most = most;
  }

  /**
   * @throws PostgrestUnavailable when not even the first page came
   */
  Paged gather(Deadline deadline) {
    Optional<List<Optional<String>>> last = Optional.empty();
    while (true) {
      List<JsonNode> page;
      try {
        page = next(last, deadline);
        if (page.isEmpty()) {
          return new Paged(gathered, new Paged.End.Complete());
        }
        last = Optional.of(placed(page, last));
      } catch (PostgrestUnavailable failed) {
        if (gathered.isEmpty()) {
          throw failed;
        }
        return new Paged(gathered, new Paged.End.Broken(failed.failure()));
      }
      gathered.addAll(page);
      if (gathered.size() > most) {
        return new Paged(gathered.subList(0, most), new Paged.End.Cut());
      }
    }
  }

  private List<JsonNode> next(Optional<List<Optional<String>>> last, Deadline deadline) {
    Select behind = last.map(place -> query.where(keyset.after(place))).orElse(query);
    long wanted = Math.min(MOST_AT_ONCE, most - gathered.size() + 1L);
    return door.select(behind.limit((int) wanted), deadline).rows();
  }

  /** Where a page ends; a page that does not go on from the last one is no page. */
  private List<Optional<String>> placed(
      List<JsonNode> page, Optional<List<Optional<String>>> last) {
    try {
      List<Optional<String>> first = keyset.place(page.getFirst());
      if (last.filter(first::equals).isPresent()) {
        throw door.unavailable(
            new PostgrestFailure.Garbage(
                "a page that begins with the row the last one ended with"));
      }
      return keyset.place(page.getLast());
    } catch (IllegalArgumentException wrong) {
      throw door.unavailable(
          new PostgrestFailure.Garbage(Foreign.clipped(String.valueOf(wrong.getMessage()))));
    }
  }
}
