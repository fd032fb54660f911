import type { LatenessPolicy, Replay, RunOrigin, TimedEventPlan } from '../../../core/index.js';
import { damaged } from '../errors.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** What only some plans have. */
export type PlanExtras = Pick<TimedEventPlan, 'lateness' | 'run' | 'replay'>;

/** One bit for each that follows. */
const LATENESS = 1;
const RUN = 2;
const REPLAY = 4;

/** Their places are what is stored: add at the end only. */
const ACTIONS: readonly LatenessPolicy['action'][] = ['skip', 'dead-letter'];
const CAUSES: readonly RunOrigin['cause'][] = ['schedule', 'trigger', 'backfill'];

export function hasExtras({ lateness, run, replay }: PlanExtras): boolean {
  return lateness !== undefined || run !== undefined || replay !== undefined;
}

export function writeExtras(writer: ByteWriter, { lateness, run, replay }: PlanExtras): void {
  const bits = [lateness && LATENESS, run && RUN, replay && REPLAY];
  writer.uint8(bits.reduce<number>((sum, bit) => sum + (bit ?? 0), 0));
  if (lateness) writer.number(lateness.maxMs).uint8(ACTIONS.indexOf(lateness.action));
  if (run) writer.text(run.scheduleId).number(run.nominalMs).uint8(CAUSES.indexOf(run.cause));
  if (replay) writer.number(replay.atMs).number(replay.earlierAttempts);
}

export function readExtras(reader: ByteReader): PlanExtras {
  const bits = reader.uint8();
  return {
    ...((bits & LATENESS) !== 0 && { lateness: readLateness(reader) }),
    ...((bits & RUN) !== 0 && { run: readRun(reader) }),
    ...((bits & REPLAY) !== 0 && { replay: readReplay(reader) }),
  };
}

function readLateness(reader: ByteReader): LatenessPolicy {
  const maxMs = reader.number();
  const action = ACTIONS[reader.uint8()];
  if (action === undefined) throw damaged('an action is out of range');
  return { maxMs, action };
}

function readRun(reader: ByteReader): RunOrigin {
  const [scheduleId, nominalMs] = [reader.text(), reader.number()];
  const cause = CAUSES[reader.uint8()];
  if (cause === undefined) throw damaged('a cause is out of range');
  return { scheduleId, nominalMs, cause };
}

function readReplay(reader: ByteReader): Replay {
  return { atMs: reader.number(), earlierAttempts: reader.number() };
}
