import { fnv1a, type ScheduleKey, type ScheduleTiming } from '../../core/index.js';
import { nextNominal } from './nominal-times.js';

/** A run that is to come: its nominal time, and when it is due with its jitter. */
export interface ComingRun {
  readonly nominalMs: number;
  readonly dueMs: number;
}

export interface NominalRange {
  /** Exclusive. */
  readonly afterMs: number;
  /** Inclusive; not there: for ever. */
  readonly untilMs?: number;
  readonly limit: number;
}

/** The runs of a schedule with nominal times of a range, from the first on. */
export function comingRuns(
  key: ScheduleKey,
  timing: ScheduleTiming,
  { afterMs, untilMs = Number.POSITIVE_INFINITY, limit }: NominalRange,
): readonly ComingRun[] {
  const { recurrence, startMs = 0 } = timing;
  const endMs = Math.min(untilMs + 1, timing.endMs ?? Number.POSITIVE_INFINITY);
  const runs: ComingRun[] = [];
  let nominalMs = nextNominal(recurrence, Math.max(afterMs, startMs - 1));
  while (nominalMs !== undefined && nominalMs < endMs && runs.length < limit) {
    const nextMs = nextNominal(recurrence, nominalMs);
    const dueMs = nominalMs + delayMs(key, timing.jitterMs, nominalMs, nextMs);
    runs.push({ nominalMs, dueMs });
    nominalMs = nextMs;
  }
  return runs;
}

/** Of one run always the same; below the gap to the next run. */
function delayMs(
  { application, scheduleId }: ScheduleKey,
  jitterMs: number,
  nominalMs: number,
  nextMs = Number.POSITIVE_INFINITY,
): number {
  if (jitterMs === 0) return 0;
  const hash = mixed(fnv1a(`${application}\n${scheduleId}\n${nominalMs}`));
  return hash % Math.min(jitterMs + 1, nextMs - nominalMs);
}

/** The end of MurmurHash3: times that follow each other differ in a few bits of FNV only. */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
