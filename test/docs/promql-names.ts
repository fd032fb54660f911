/** What a PromQL expression names: metrics, and the labels it selects or groups by. */
export interface PromqlNames {
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  /** Label and the alternatives it is compared with, by `=` or `=~`. */
  readonly wanted: readonly (readonly [label: string, values: readonly string[]])[];
}

const WORDS = new Set([
  ...['by', 'on', 'without', 'ignoring', 'group_left', 'group_right', 'and', 'or', 'unless'],
  ...['bool', 'offset'],
]);
const GROUPING = /\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /\{([^}]*)\}/g;
const MATCHER = /([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;

/** By patterns, not by a grammar: enough for what stands in our rules and panels. */
export function namesIn(expression: string): PromqlNames {
  const labels = new Set<string>();
  const wanted: (readonly [string, readonly string[]])[] = [];
  for (const [, inside = ''] of expression.matchAll(SELECTOR)) {
    for (const [, label = '', operator, value = ''] of inside.matchAll(MATCHER)) {
      labels.add(label);
      if (operator === '=' || operator === '=~') wanted.push([label, value.split('|')]);
    }
  }
  for (const [, inside = ''] of expression.matchAll(GROUPING)) {
    for (const label of inside.split(',')) if (label.trim() !== '') labels.add(label.trim());
  }
  const rest = expression
    .replace(SELECTOR, ' ')
    .replace(GROUPING, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  const names = [...rest.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name);
  return { metrics: new Set(names.filter((name) => !WORDS.has(name))), labels, wanted };
}
