import type { Violation } from './history/violation.js';

/** How a run went. */
export interface Verdict {
  readonly world: string;
  readonly seed: number;
  /** ISO time of the start. */
  readonly startedAt: string;
  readonly commit: string;
  /** How long faults went on. */
  readonly faultSeconds: number;
  /** From the start of the world to the end of the checks. */
  readonly totalSeconds: number;
  /** What clients did, by kind and end ("append ok" → 812). */
  readonly operations: Readonly<Record<string, number>>;
  /** How often each fault fired. */
  readonly faults: Readonly<Record<string, number>>;
  /** Distinct pairs of faults that were at work at once. */
  readonly pairs: number;
  /** Scenarios that did one thing exactly. */
  readonly scenarios: number;
  /** Faults that this machine cannot do, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
  /** Figures of the checks. */
  readonly figures: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** What is wrong besides: a server that crashed, a fault that never fired. */
  readonly troubles: readonly string[];
}

/** How many violations are printed; the kept history has all. */
const SHOWN = 25;

/** Whether all promises held and every fault fired. */
export function hasPassed(verdict: Verdict): boolean {
  return verdict.violations.length === 0 && verdict.troubles.length === 0;
}

/** A verdict for people. */
export function verdictText(verdict: Verdict): string {
  const { world, seed, faultSeconds, totalSeconds, violations, troubles } = verdict;
  const lines = [
    '',
    `Run on ${world}, seed ${seed}: ${faultSeconds.toFixed(0)} s of faults, ` +
      `${totalSeconds.toFixed(0)} s in all`,
    ...table('operations', verdict.operations),
    ...table('faults fired', verdict.faults),
    `  pairs of faults at once: ${verdict.pairs} kinds; precise scenarios: ${verdict.scenarios}`,
    ...Object.entries(verdict.missing).map(([name, why]) => `  NOT POSSIBLE: ${name}: ${why}`),
    ...table('checks', verdict.figures),
    ...violations.slice(0, SHOWN).map(({ check, what }) => `  VIOLATION ${check}: ${what}`),
    ...(violations.length > SHOWN ? [`  … ${violations.length - SHOWN} more violations`] : []),
    ...troubles.map((trouble) => `  TROUBLE ${trouble}`),
    `verdict: ${hasPassed(verdict) ? 'PASS' : 'FAIL'}, ${violations.length} violations`,
  ];
  return lines.join('\n');
}

function table(title: string, figures: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(figures).sort(([left], [right]) => (left < right ? -1 : 1));
  return [`  ${title}:`, ...rows.map(([name, figure]) => `    ${name}: ${rounded(figure)}`)];
}

function rounded(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(1);
}
