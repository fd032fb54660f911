import { destinationOf, finishedMsOf } from '../../../src/core/index.js';
import type { Begun, Version } from './ledger.js';
import { trueMs, type World } from './world.js';

/** While nothing goes wrong. */
const LATE_MAX_MS = 600;
/** After a process is paused or gone, by when others have taken over. */
const TAKEN_OVER_MS = 5_000;
const QUIET_BEFORE_MS = 15_000;
/** Shards are divided anew when a process comes. */
const DIVIDED_AFTER_MS = 6_000;

/** The first version that asked for this attempt at this time. */
function askedFor(claim: Version): Version {
  let first = claim;
  for (let { before } = claim; before !== undefined; { before } = before) {
    const { event } = before;
    if (event.generation !== claim.event.generation) break;
    if (event.plan.dueMs !== claim.event.plan.dueMs) break;
    // what was over without an attempt, and is replayed, is asked for anew
    if (finishedMsOf(event) !== undefined) break;
    first = before;
  }
  return first;
}

/** First attempts are on time where nothing excuses them. Other receivers may have held them up. */
export function checkPunctual(
  world: World,
  { call, claim }: Begun,
  { askedMs, wallMs }: { readonly askedMs: number; readonly wallMs: number },
): void {
  if (call.attempt !== 1 || !destinationOf(call.target).startsWith('http://good.')) return;
  const { ledger, troubles } = world;
  // those may be paused, or limited
  if (['mill', 'dairy'].includes(call.key.application)) return;
  const { ackedMs } = askedFor(claim);
  if (ackedMs === undefined) {
    world.history.count('before its answer');
    return;
  }
  const dueMs = call.dueMs - world.startMs - (wallMs - trueMs(world));
  // connecting takes its own time
  const nowMs = askedMs;
  const readyMs = Math.max(ackedMs, dueMs);
  const lateMs = nowMs - readyMs;
  world.history.count('punctuality');
  if (lateMs <= LATE_MAX_MS) return;
  if (troubles.between(['storage', 'clock'], readyMs - QUIET_BEFORE_MS, nowMs)) return;
  const name = `${call.key.eventId} ${call.generation}`;
  if (!troubles.between(['process'], readyMs - DIVIDED_AFTER_MS, nowMs)) {
    ledger.holds(false, `${name}: ${lateMs} ms late, for no reason`);
  }
  const sinceMs = nowMs - Math.max(readyMs, troubles.lastMs('process', nowMs));
  ledger.holds(sinceMs <= TAKEN_OVER_MS, `${name}: ${sinceMs} ms after the last trouble`);
}
