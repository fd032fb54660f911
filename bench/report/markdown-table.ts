export interface MarkdownTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns, from the left, hold text. Those behind hold numbers: they stand right. */
  readonly texts: number;
}

export function markdownTable({ head, rows, texts }: MarkdownTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at < texts ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}
