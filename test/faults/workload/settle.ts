import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../../src/runtime/index.js';
import type { FinalEvent } from '../history/operation.js';
import { tryAppend } from './append-tries.js';
import { keyOf } from './event-keys.js';
import type { RunningReader } from './feed-reader.js';
import type { PlannedAppend } from './planned-append.js';
import { recordRead } from './stream-readers.js';
import type { WorkedStream } from './stream-set.js';
import { readAll } from './whole-streams.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

type FinalStreams = ReadonlyMap<string, readonly FinalEvent[]>;

const SIDE_BY_SIDE = 6;
const PAUSE_MS = 200;

/**
 * Puts one more event behind those that ended unknown and had no ids, or more, until the stream has
 * left the versions that they expected: what is not there then never will be.
 */
export async function closeStreams(
  tools: WorkloadTools,
  unidentified: readonly PlannedAppend[],
  draws: Draws,
  nextName: () => string,
): Promise<void> {
  for (const stream of new Set(unidentified.map((plan) => plan.stream))) {
    const mayCome = (version: number): boolean =>
      unidentified.some(({ stream: its, expected }) => {
        return its === stream && expected.kind === 'exact' && expected.version === version;
      });
    let version = await closeStream(tools, stream, draws, nextName());
    // the append of a lost one before may be missing, so that the stream only now gets there
    while (version !== undefined && mayCome(version)) {
      version = await closeStream(tools, stream, draws, nextName());
    }
  }
}

/** The version of the event that was put there; undefined when the stream takes none. */
async function closeStream(
  tools: WorkloadTools,
  stream: WorkedStream,
  draws: Draws,
  append: string,
): Promise<number | undefined> {
  const plan: PlannedAppend = {
    ...{ append, api: 'v1', stream, expected: { kind: 'any' }, types: ['closed'] },
    ...{ payloads: [JSON.stringify({ key: keyOf(append, 0) })], hasIds: true },
  };
  const untilMs = tools.nowMs() + tools.profile.resolveMs;
  for (;;) {
    const end = await tryAppend(tools, plan, anotherServer(tools, draws), 'patient');
    if (end.kind === 'ok') return end.lastVersion;
    if (tools.nowMs() > untilMs) {
      tools.troubles.add(`stream ${stream.stream} takes no more events: ${end.kind}`);
      return undefined;
    }
    await sleep(PAUSE_MS);
  }
}

/** All streams as they are in the end. */
export async function readFinalStreams(tools: WorkloadTools, draws: Draws): Promise<FinalStreams> {
  const found = new Map<string, readonly FinalEvent[]>();
  const left = [...tools.streams.all];
  const worker = async (): Promise<void> => {
    for (let stream = left.pop(); stream !== undefined; stream = left.pop()) {
      const events = await readUntilRead(tools, stream, draws);
      if (events !== undefined) found.set(stream.stream, events);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return found;
}

async function readUntilRead(
  tools: WorkloadTools,
  stream: WorkedStream,
  draws: Draws,
): Promise<readonly FinalEvent[] | undefined> {
  const untilMs = tools.nowMs() + tools.profile.resolveMs;
  while (tools.nowMs() < untilMs) {
    const clients = anotherServer(tools, draws);
    const plan = { stream, clients, api: 'v1' } as const;
    const events = await recordRead(tools, plan, () => readAll(clients.patient, stream));
    if (events !== undefined) return events;
    await sleep(PAUSE_MS);
  }
  tools.troubles.add(`stream ${stream.stream} cannot be read in the end`);
  return undefined;
}

/** Says of appends without ids what the final streams show. */
export function recordUnidentified(
  { record, nowMs }: WorkloadTools,
  unidentified: readonly PlannedAppend[],
  finalStreams: FinalStreams,
): void {
  for (const { append, api, stream, expected, types } of unidentified) {
    const events = finalStreams.get(stream.stream);
    if (events === undefined) continue;
    const before = events.findIndex(({ key }) => key === keyOf(append, 0));
    const times = { invokedMs: nowMs(), endedMs: nowMs(), server: 'final read' };
    const end =
      before === -1
        ? ({ kind: 'conflict', currentVersion: events.length } as const)
        : ({ kind: 'ok', firstVersion: before + 1, lastVersion: before + types.length } as const);
    const what = { kind: 'append', api, append, stream: stream.stream, expected, types } as const;
    record({ ...what, ...times, end });
  }
}

/** Waits until each reader has all, or until nothing has come to it for a while. */
export async function untilCaughtUp(
  { nowMs, profile }: WorkloadTools,
  readers: readonly RunningReader[],
  finalStreams: FinalStreams,
): Promise<void> {
  const events = [...finalStreams.values()].flat();
  const [startMs, waiting] = [nowMs(), new Set(readers)];
  while (waiting.size > 0 && nowMs() < startMs + profile.settleMs) {
    for (const running of waiting) {
      const { reader, seen } = running;
      const quiet = nowMs() - Math.max(seen.lastMs, startMs) > profile.quietMs;
      const missing = events.some(({ key, type }) => {
        return reader.types.includes(type) && !seen.keys.has(key);
      });
      if (quiet || !missing) waiting.delete(running);
    }
    await sleep(PAUSE_MS);
  }
}

/** Records what could not be recorded before: the versions were not known. */
export function recordUnversioned(
  { record }: WorkloadTools,
  readers: readonly RunningReader[],
  finalStreams: FinalStreams,
): void {
  const versions = new Map<string, number>();
  for (const events of finalStreams.values()) {
    for (const [index, { key }] of events.entries()) versions.set(key, index + 1);
  }
  for (const { unversioned } of readers) {
    // version 0: nobody has written it
    for (const delivery of unversioned) {
      record({ ...delivery, version: versions.get(delivery.key) ?? 0 });
    }
  }
}
