/**
 * Words in columns, as Python's `cmd` prints them.
 *
 * @module
 */

/** As few lines as fit into `width` characters, filled column by column, each column as wide as its longest word. */
export function columns(names: readonly string[], width: number): string[] {
  for (let rows = 1; rows < names.length; rows += 1) {
    const widths = columnWidths(names, rows);
    const total = widths.reduce((sum, each) => sum + each + 2, -2);
    if (total <= width) return arrange(names, rows, widths);
  }
  return [...names];
}

function columnWidths(names: readonly string[], rows: number): number[] {
  const count = Math.ceil(names.length / rows);
  return Array.from({ length: count }, (_unused, column) =>
    Math.max(0, ...names.slice(column * rows, (column + 1) * rows).map((name) => name.length)),
  );
}

function arrange(names: readonly string[], rows: number, widths: readonly number[]): string[] {
  return Array.from({ length: rows }, (_unused, row) => {
    const cells = widths.map((width, column) => names[column * rows + row]?.padEnd(width));
    return cells.filter((cell) => cell !== undefined).join('  ');
  });
}
