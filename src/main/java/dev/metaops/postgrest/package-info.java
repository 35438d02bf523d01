/**
 * Plain table selects over Supabase's REST door (PostgREST), each failure named; nothing is ever
 * written.
 *
 * <p>Guarantees: every call ends within its deadline however the other side behaves, an answer has
 * a largest size, no redirect is followed, no value breaks out of its filter, and no key is in a
 * message or an address.
 */
@NullMarked
@Feature(
    name = "postgrest",
    mayUse = {"config", "time"})
package dev.metaops.postgrest;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
