/**
 * How an answer is drawn: text line by line, tables, colours that mean something, amounts, moments,
 * a page of HTML, a batch of transactions. What comes from outside can neither steer a terminal nor
 * become markup.
 */
@NullMarked
@Feature(
    name = "page",
    mayUse = {"amount", "chain", "config", "order", "orders", "time"})
package dev.metaops.page;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
