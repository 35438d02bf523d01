/**
 * The HTTP door: what a process that serves answers to load balancers, monitors and people. Decides
 * nothing of a venue, only who may see it; each answer is the picture a command would draw, or a
 * page of the console.
 */
@NullMarked
@Feature(
    name = "api",
    mayUse = {"checkup", "config", "console", "http", "page", "serve", "time"})
package dev.metaops.api;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
