/**
 * Rows of cells under column names, aligned as cqlsh does: names to the left, cells to the right.
 * No newline at the end.
 */
export function tableText(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, i) =>
    Math.max(charCount(name), ...rows.map((row) => charCount(row[i] ?? ''))),
  );
  const line = (cells: readonly string[], pad: (cell: string, spaces: string) => string): string =>
    ` ${cells.map((cell, i) => pad(cell, ' '.repeat((widths[i] ?? 0) - charCount(cell)))).join(' | ')}`.trimEnd();
  return [
    line(names, (cell, spaces) => cell + spaces),
    `-${widths.map((width) => '-'.repeat(width)).join('-+-')}-`,
    ...rows.map((row) => line(row, (cell, spaces) => spaces + cell)),
  ].join('\n');
}

function charCount(text: string): number {
  return [...text].length;
}
