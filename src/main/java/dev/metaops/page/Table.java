package dev.metaops.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Aligned columns, two spaces apart. A column is as wide as its widest cell. Not thread-safe. */
public final class Table {
  /** Which side a column's cells keep to. */
  public enum Side {
    LEFT,
    RIGHT
  }

  /** One cell. */
  public record Cell(Ink ink, String text) {
    public static Cell of(String text) {
      return new Cell(Ink.PLAIN, text);
    }

    public static Cell of(Ink ink, String text) {
      return new Cell(ink, text);
    }
  }

  private final List<Side> sides = new ArrayList<>();
  private final List<Cell> headings = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();
  private final Map<Integer, List<Cell>> below = new HashMap<>();

  public Table column(String heading) {
    return column(heading, Side.LEFT);
  }

  public Table column(String heading, Side side) {
    headings.add(Cell.of(Ink.FAINT, heading));
    sides.add(side);
    return this;
  }

  public Table row(String... cells) {
    List<Cell> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(Cell.of(cell));
    }
    return row(row);
  }

  /** As many cells as there are columns. */
  public Table row(List<Cell> cells) {
    if (cells.size() != sides.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.size() + " (expected: " + sides.size() + ")");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** A line of its own beneath the row that was added last, in no column. */
  public Table below(Ink ink, String text) {
    below.computeIfAbsent(rows.size(), _ -> new ArrayList<>()).add(Cell.of(ink, text));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Headings that are all empty are left out. */
  public void drawOn(Page page) {
    int[] widths = new int[sides.size()];
    boolean isHeaded = headings.stream().anyMatch(heading -> !heading.text().isEmpty());
    if (isHeaded) {
      widen(widths, headings);
    }
    rows.forEach(row -> widen(widths, row));
    if (isHeaded) {
      draw(page, widths, headings);
    }
    for (int at = 0; at < rows.size(); at++) {
      draw(page, widths, rows.get(at));
      below.getOrDefault(at + 1, List.of()).forEach(line -> page.line(line.ink(), line.text()));
    }
  }

  private static void widen(int[] widths, List<Cell> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], width(row.get(i)));
    }
  }

  private static int width(Cell cell) {
    return cell.text().codePointCount(0, cell.text().length());
  }

  private void draw(Page page, int[] widths, List<Cell> row) {
    StringBuilder line = new StringBuilder();
    int owed = 0;
    for (int i = 0; i < widths.length; i++) {
      Cell cell = row.get(i);
      int pad = widths[i] - width(cell);
      int before = sides.get(i) == Side.RIGHT ? pad : 0;
      if (!cell.text().isEmpty()) {
        line.repeat(' ', owed + before).append(page.inked(cell.ink(), cell.text()));
        owed = pad - before + 2;
      } else {
        owed += pad + 2;
      }
    }
    page.raw(line.toString());
  }
}
