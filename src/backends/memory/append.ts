import {
  planAppends,
  type AppendDecision,
  type EventContent,
  type NewEvent,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type WriteLimits,
} from '../../core/index.js';
import {
  earlierTry,
  idReused,
  streamFull,
  type AppendOutcome,
  type AppendRequest,
} from '../../storage/index.js';
import type { MemoryTables } from './schema.js';

/** Decides and writes, in rounds: what a round defers is planned again after it. */
export function appendAll(
  tables: MemoryTables,
  request: AppendRequest,
  limits: WriteLimits,
  nowMs: number,
): AppendOutcome[] {
  const outcomes: AppendOutcome[] = [];
  while (outcomes.length < request.appends.length) {
    const appends = request.appends.slice(outcomes.length);
    const before = tables.eventsOf(request.stream.id);
    const known = {
      currentVersion: before.length,
      versionOf: (eventId: string) => before.find((event) => event.eventId === eventId)?.version,
    };
    const plan = planAppends(appends, known, limits);
    write(tables, request.stream, plan.events, nowMs);
    const after = tables.eventsOf(request.stream.id);
    let version = plan.baseVersion;
    for (const [index, decision] of plan.decisions.entries()) {
      const append = appends[index];
      if (append === undefined || decision.kind === 'deferred') break;
      if (decision.kind === 'write') version = decision.lastVersion;
      outcomes.push(outcomeOf(append, decision, after, version));
    }
  }
  return outcomes;
}

/** `reachedVersion`: the version at which the stream stood when the append was decided. */
function outcomeOf(
  append: StreamAppend,
  decision: Exclude<AppendDecision, { kind: 'deferred' }>,
  events: readonly RecordedEvent[],
  reachedVersion: number,
): AppendOutcome {
  switch (decision.kind) {
    case 'write': {
      const { firstVersion, lastVersion } = decision;
      const savetimeMs = events[lastVersion - 1]?.savetimeMs ?? 0;
      return { kind: 'appended', firstVersion, lastVersion, savetimeMs };
    }
    case 'found':
      return earlierTry(append, events.slice(decision.firstVersion - 1, decision.lastVersion));
    case 'conflict':
      return { kind: 'conflict', currentVersion: reachedVersion };
    case 'id-reused':
      return idReused(decision.eventId);
    case 'stream-full':
      return streamFull();
  }
}

function write(
  tables: MemoryTables,
  stream: StreamRef,
  events: readonly NewEvent[],
  nowMs: number,
): void {
  if (events.length === 0) return;
  const floorMs = Math.max(nowMs, tables.lastSavetimeMs, tables.closedSavetimeMs + 1);
  const savetimes = tables.savetimes.allocate(floorMs, events);
  const baseVersion = tables.eventsOf(stream.id).length;
  const recorded = events.map(({ content, ...event }, index) => ({
    ...event,
    content: ownContent(content),
    stream: stream.id,
    streamName: stream.name,
    version: baseVersion + index + 1,
    savetimeMs: savetimes[index] ?? floorMs,
  }));
  tables.add(stream.id, recorded);
  if (stream.name !== undefined) tables.names.set(stream.name, stream.id);
}

/** The caller keeps its bytes. */
function ownContent(content: EventContent): EventContent {
  return content.kind === 'text' ? content : { kind: 'bytes', bytes: content.bytes.slice() };
}
