package dev.metaops.config;

import java.net.URI;
import java.util.Optional;

/** How the orders table is reached. */
public sealed interface OrdersDoor {
  /** For screens, without secrets: {@code postgres:host/db}, {@code supabase:abcd (REST)}. */
  String place();

  /** Straight to PostgreSQL. */
  record Sql(DatabaseUrl url) implements OrdersDoor {
    @Override
    public String place() {
      return "postgres:" + url.placeInBrief();
    }
  }

  /** Supabase's REST door. {@code project} is its reference, or the host. */
  record Rest(URI url, String project, Secret key) implements OrdersDoor {
    @Override
    public String place() {
      return "supabase:" + project + " (REST)";
    }
  }

  /**
   * The environment's {@code DATABASE_URL}, else its {@code SUPABASE_URL}, else the file's, in the
   * same order: a variable never completes half of what the file says about another door.
   */
  static Optional<OrdersDoor> from(Section section) {
    Optional<OrdersDoor> sql = section.database(OrdersSection.URL).map(OrdersDoor.Sql::new);
    Optional<OrdersDoor> rest = rest(section);
    boolean restIsNearer =
        section.isFromEnvironment(OrdersSection.SUPABASE_URL)
            && !section.isFromEnvironment(OrdersSection.URL);
    return restIsNearer ? rest.or(() -> sql) : sql.or(() -> rest);
  }

  private static Optional<OrdersDoor> rest(Section section) {
    Optional<Endpoint> url =
        section.read(OrdersSection.SUPABASE_URL, text -> Endpoint.read(text, Endpoint.HTTP));
    Optional<Secret> key = section.secret(OrdersSection.SUPABASE_KEY);
    if (url.isPresent() && key.isEmpty()) {
      section.missing(
          OrdersSection.SUPABASE_KEY, "needed beside " + OrdersSection.SUPABASE_URL.path());
    }
    return url.flatMap(place ->
        key.map(
            secret -> new Rest(URI.create(place.url().reveal()), project(place.place()), secret)));
  }

  private static String project(String host) {
    return host.endsWith(".supabase.co") ? host.substring(0, host.indexOf('.')) : host;
  }
}
