import { diffLines } from 'diff';

/** The page stands still that long at most. */
const TIMEOUT_MS = 500;
/** Browsers lay out all that is shown. */
const LINES_MAX = 4_000;
/** Of a long part that is the same, this many lines are kept at each end. */
const CONTEXT_LINES = 50;

export interface DifferenceLine {
  /** `folded` stands for lines that are the same. */
  readonly kind: 'added' | 'removed' | 'same' | 'folded';
  readonly text: string;
}

export interface Difference {
  readonly lines: readonly DifferenceLine[];
  readonly same: boolean;
  /** How many lines would follow. */
  readonly leftOut: number;
}

/** Undefined: they differ so much that finding out how would take too long. */
export function lineDifference(
  one: string,
  other: string,
  timeoutMs = TIMEOUT_MS,
): Difference | undefined {
  const parts = diffLines(one, other, { timeout: timeoutMs });
  if (parts === undefined) return undefined;
  const lines = parts.flatMap(({ value, added, removed }) => {
    const texts = value.replace(/\n$/, '').split('\n');
    return added || removed ? linesOf(added ? 'added' : 'removed', texts) : folded(texts);
  });
  return {
    lines: lines.slice(0, LINES_MAX),
    same: parts.every(({ added, removed }) => !added && !removed),
    leftOut: Math.max(0, lines.length - LINES_MAX),
  };
}

function folded(texts: readonly string[]): DifferenceLine[] {
  const left = texts.length - 2 * CONTEXT_LINES;
  if (left <= 1) return linesOf('same', texts);
  return [
    ...linesOf('same', texts.slice(0, CONTEXT_LINES)),
    { kind: 'folded', text: `${left.toLocaleString()} lines are the same` },
    ...linesOf('same', texts.slice(-CONTEXT_LINES)),
  ];
}

function linesOf(kind: DifferenceLine['kind'], texts: readonly string[]): DifferenceLine[] {
  return texts.map((text) => ({ kind, text }));
}
