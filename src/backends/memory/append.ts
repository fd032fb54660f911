import {
  planAppends,
  type AppendDecision,
  type EventContent,
  type NewEvent,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type Uuid,
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
      versionOf: (eventId: Uuid, from: number, to: number) =>
        before.find(
          (event) => event.eventId === eventId && from <= event.version && event.version <= to,
        )?.version,
    };
    const plan = planAppends(appends, known, limits);
    write(tables, request.stream, plan.events, nowMs);
    const after = tables.eventsOf(request.stream.id);
    for (const [index, decision] of plan.decisions.entries()) {
      const append = appends[index];
      if (append === undefined || decision.kind === 'deferred') break;
      outcomes.push(outcomeOf(append, decision, after));
    }
  }
  return outcomes;
}

function outcomeOf(
  append: StreamAppend,
  decision: Exclude<AppendDecision, { kind: 'deferred' }>,
  events: readonly RecordedEvent[],
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
      return decision;
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
