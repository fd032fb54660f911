/** A promise that a run has broken, with what shows it. */
export interface Violation {
  /** Name of the check: "lost-append", "false-conflict", "missed-by-reader" … */
  readonly check: string;
  /** One line for people: stream, append, versions, times. */
  readonly what: string;
}

/** What a check found: violations, and figures for the verdict ("appends acknowledged" → 812). */
export interface CheckResult {
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, number>>;
}
