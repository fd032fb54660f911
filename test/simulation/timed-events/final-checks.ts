import type { Schedule, TimedEvent } from '../../../src/core/index.js';
import { decodeSchedule, failureName, decodeSweep } from '../../../src/scheduler/index.js';
import type { Version } from './ledger.js';
import { nameId } from './process.js';
import type { SimulatedServer } from './server.js';
import type { World } from './world.js';

const OVERDUE_MS = 20_000;

function documentsOf(world: World, scope: string): readonly string[] {
  return [...world.rows.documents.registers]
    .filter(([name]) => name.startsWith(scope))
    .flatMap(([, { decided }]) => decided?.content ?? []);
}

function schedulesOf(world: World): readonly Schedule[] {
  return documentsOf(world, 'schedule\n').map(decodeSchedule);
}

/** Whether nothing is left to be done by schedules, sweeps and tasks of failures. */
export function isQuiet(world: World): boolean {
  const busy = schedulesOf(world).some(
    ({ decided, skipped, buffered, backfill, paused }) =>
      decided.length + skipped.length > 0 ||
      buffered !== undefined ||
      (backfill !== undefined && paused === undefined && backfill.doneMs < backfill.untilMs),
  );
  if (busy) return false;
  const sweeps = documentsOf(world, 'sweeps\0');
  if (sweeps.some((content) => decodeSweep(content).state === 'running')) return false;
  return !openTasks(world).some(({ event }) => {
    const { target } = event.plan;
    return target.kind === 'task' && target.task !== 'schedule';
  });
}

export function openTasks(world: World): readonly Version[] {
  return world.ledger.latest().filter(({ event: { plan, state } }) => {
    const open = state.status === 'PENDING' || state.status === 'PROCESSING';
    return open && plan.target.kind === 'task';
  });
}

/** What must be so once all is quiet. */
export async function finalChecks(world: World, server: SimulatedServer): Promise<void> {
  checkFailureEvents(world);
  checkSchedules(world);
  for (const schedule of schedulesOf(world)) await checkSkippedList(world, server, schedule);
}

function checkFailureEvents({ rows, promises, ledger, history, time }: World): void {
  const events = new Map(rows.streams.get('failures'));
  for (const [name, { event, next, atMs }] of promises.failures) {
    const { generation, key } = event;
    const life = event.plan.replay?.atMs ?? 0;
    const id = nameId(failureName({ generation, life }), generation);
    const there = events.delete(id);
    history.count('failure event expected');
    const stayed = next === undefined || isReplay(event, next.event);
    const expired = atMs + event.plan.retentionMs < time.nowMs;
    if (!there && expired) history.count('failure event of what has expired is lost');
    else if (!there && !stayed)
      history.count('failure event of what was purged or replaced is lost');
    else ledger.holds(there, `${key.eventId} ${name}: no failure event`);
  }
  ledger.holds(events.size === 0, `${events.size} failure events of no failure`);
}

function checkSchedules(world: World): void {
  const { ledger, time, startMs } = world;
  for (const schedule of schedulesOf(world)) {
    const { application, scheduleId } = schedule.key;
    const name = `${application} ${scheduleId}`;
    // paused at the end: only its task keeps it going
    const lateMs = startMs + time.nowMs - (schedule.next?.dueMs ?? Infinity);
    ledger.holds(lateMs < OVERDUE_MS, `${name}: nobody has looked at it for ${lateMs} ms`);
    for (const { eventId } of schedule.recent) {
      const versions = ledger.versions(`${application} ${eventId}`);
      const made = versions.some(({ event }) => event.plan.run?.scheduleId === scheduleId);
      ledger.holds(made, `${name}: ${eventId} was counted as made, and was not`);
    }
  }
}

async function checkSkippedList(
  world: World,
  server: SimulatedServer,
  schedule: Schedule,
): Promise<void> {
  const { key } = schedule;
  const name = `schedule\n${key.application}\0${key.scheduleId}`;
  const journal = world.rows.documentJournal.get(name) ?? [];
  if (journal.some(({ content }) => content === undefined)) return;
  const listed = { overlap: 0, missed: 0, paused: 0, exists: 0 };
  let after: string | undefined;
  const before = current(world, name);
  do {
    const from: string | undefined = after;
    const page = await server.ask(({ schedules }) =>
      schedules.skippedRuns(key, { after: from, limit: 50 }),
    );
    for (const { reason, count } of page.skipped) listed[reason] += count;
    after = page.next;
  } while (after !== undefined);
  // a run that was skipped meanwhile is in the one or the other
  if (current(world, name) !== before || before === undefined) return;
  const { skipped } = decodeSchedule(before).counts;
  const same = JSON.stringify(listed) === JSON.stringify({ ...listed, ...skipped });
  world.history.count('skipped runs added up');
  const what = `listed ${JSON.stringify(listed)}, counted ${JSON.stringify(skipped)}`;
  world.ledger.holds(same, `${key.application} ${key.scheduleId}: ${what}`);
}

function current({ rows }: World, name: string): string | undefined {
  return rows.documents.registers.get(name)?.decided?.content;
}

function isReplay(failed: TimedEvent, next: TimedEvent): boolean {
  return next.generation === failed.generation && next.state.status === 'PENDING';
}
