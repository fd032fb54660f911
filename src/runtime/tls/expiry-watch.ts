import type { Logger } from '../logger.js';
import type { Validity } from './server-identity.js';

const DAY_MS = 86_400_000;
const STAGES_MS = [30 * DAY_MS, 7 * DAY_MS, DAY_MS] as const;

/** Of a lifetime that is left when a warning makes sense: shorter ones are renewed by programs. */
const EARLY = 1 / 4;
const LATE = 1 / 10;

/** Warns in the log as certificates of one file near their end: once a stage, and at the end. */
export class ExpiryWatch {
  readonly #logger: Logger;
  readonly #file: string;
  #validity: Validity | undefined;
  /** What was left at the stage of the last warning. */
  #warnedMs = Infinity;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** Looks at the clock. `validity` is that of the certificates in use. */
  look(validity: Validity, nowMs: number): void {
    if (validity.endMs !== this.#validity?.endMs) this.#warnedMs = Infinity;
    this.#validity = validity;
    const stageMs = stageOf(validity, nowMs);
    if (stageMs === undefined || stageMs >= this.#warnedMs) return;
    this.#warnedMs = stageMs;
    const fields = { file: this.#file, ...datesOf(validity) };
    if (stageMs === 0) this.#logger.error(fields, 'a TLS certificate has expired');
    else this.#logger.warn(fields, 'a TLS certificate expires soon');
  }
}

/** For the log. */
export function datesOf({ startMs, endMs }: Validity): Readonly<Record<string, string>> {
  return { from: new Date(startMs).toISOString(), until: new Date(endMs).toISOString() };
}

/** How near the end is: the smallest stage reached, 0 after it; undefined while it is far. */
function stageOf({ startMs, endMs }: Validity, nowMs: number): number | undefined {
  const lifeMs = endMs - startMs;
  const fitting = STAGES_MS.filter((stageMs) => stageMs <= lifeMs * EARLY);
  const stages = fitting.length > 0 ? fitting : [lifeMs * LATE];
  const leftMs = endMs - nowMs;
  if (leftMs <= 0) return 0;
  return stages.findLast((stageMs) => leftMs <= stageMs);
}
