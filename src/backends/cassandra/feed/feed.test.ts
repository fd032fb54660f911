import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { parseTypeCode, requireUuid, type NewEvent } from '../../../core/index.js';
import {
  FakeTime,
  openMetrics,
  seededRandom,
  silentLogger,
  silentOutput,
  systemIds,
  type Components,
  type LogFields,
} from '../../../runtime/index.js';
import { scraped } from '../../../../test/support/scraped.js';
import type { CqlSession, Page, Statement } from '../cql-session.js';
import type { LowWaterMark } from './low-water-mark.js';
import { Feed } from './index.js';
import { SharedRun } from './shared-run.js';
import { WriteRegister } from './write-register.js';

const NO_ROWS: Page = { rows: [], pageState: undefined };

function event(): NewEvent {
  const type = parseTypeCode(1);
  assert.ok(type !== undefined);
  return {
    eventId: requireUuid(randomUUID()),
    type,
    content: { kind: 'text', text: '' },
    contentType: undefined,
    metadata: undefined,
  };
}

function components(time: FakeTime, output: Partial<Components>): Components {
  return {
    clock: time,
    timers: time,
    random: seededRandom(1),
    ids: systemIds,
    ...silentOutput,
    ...output,
  };
}

/** A session whose reads of the marks wait until the test lets them go. */
class HeldSession implements CqlSession {
  /** The `mark` of each publication, in order; null = taken back. */
  readonly marks: (Date | null)[] = [];
  hold = false;
  #release: (() => void)[] = [];

  async read(): Promise<Page> {
    if (this.hold) await new Promise<void>((resolve) => this.#release.push(resolve));
    return NO_ROWS;
  }

  write([statement]: readonly Statement[]): Promise<void> {
    const mark = statement?.params[3];
    this.marks.push(mark instanceof Date ? mark : null);
    return Promise.resolve();
  }

  conditional(): Promise<never> {
    return Promise.reject(new Error('not used'));
  }

  release(): void {
    this.hold = false;
    for (const resolve of this.#release.splice(0)) resolve();
  }
}

function feedOn(
  session: CqlSession,
  time: FakeTime,
  options: { readonly feedDelayMs?: number; readonly foreignWriters?: boolean } = {},
  output: Partial<Components> = {},
): Feed {
  return new Feed(
    session,
    {
      keyspace: 'k',
      server: requireUuid(randomUUID()),
      feedKeys: 'SELECT keys',
      feedDelayMs: 5_000,
      foreignWriters: false,
      longestWriteMs: 2_500,
      ...options,
    },
    components(time, output),
  );
}

/** Lets everything run that waits for no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a registration that takes long is not taken back halfway', async () => {
  const time = new FakeTime();
  const session = new HeldSession();
  const feed = feedOn(session, time);
  await feed.start();
  session.hold = true;
  const opening = feed.open(0, [event()], new AbortController().signal);
  for (let step = 0; step < 18; step += 1) {
    await settle();
    time.advance(100); // the publishing loop goes on meanwhile, past its idle time
  }
  session.release();
  const write = await opening;
  await settle();
  assert.ok(session.marks.at(-1) instanceof Date, 'the mark is out while the write is open');
  assert.ok(feed.isCurrent(write));
  feed.abandon(write);
});

test('a server that can never be fresh refuses to write instead of trying for ever', async () => {
  const time = new FakeTime();
  const feed = feedOn(new HeldSession(), time, { feedDelayMs: 2_000 });
  await assert.rejects(feed.open(0, [event()], new AbortController().signal), {
    code: 'UNAVAILABLE',
  });
  const aborted = AbortSignal.abort();
  await assert.rejects(feed.open(0, [event()], aborted), { code: 'UNAVAILABLE' });
});

test('a machine that was suspended is not fresh, although its monotonic clock stood still', async () => {
  const time = new FakeTime();
  const feed = feedOn(new HeldSession(), time);
  const write = await feed.open(0, [event()], new AbortController().signal);
  assert.ok(feed.isCurrent(write));
  time.jumpWallTo(time.nowMs() + 60_000);
  assert.ok(!feed.isCurrent(write));
});

test('an append that the view does not show in time is counted as a risk', async () => {
  const time = new FakeTime();
  const metrics = await openMetrics(time, { ofProcess: false });
  const warnings: LogFields[] = [];
  const warn = (fields: LogFields): void => void warnings.push(fields);
  const logger = { ...silentLogger, warn };
  const feed = feedOn(new HeldSession(), time, {}, { metrics, logger });
  await feed.start();
  const stream = requireUuid(randomUUID());
  const write = await feed.open(0, [event()], new AbortController().signal);
  feed.written(write, stream, [{ type: event().type, savetimeMs: write.lowestMs, version: 1 }]);
  time.advance(2_000);
  const open = await scraped(metrics);
  assert.equal(open.value('cassadra_feed_unconfirmed_appends'), 1);
  assert.equal(open.value('cassadra_feed_unconfirmed_age_seconds'), 2);
  assert.equal(open.value('cassadra_feed_gap_risks_total'), 0);
  for (let step = 0; step < 20; step += 1) {
    time.advance(250);
    await settle();
  }
  const left = await scraped(metrics);
  assert.equal(left.value('cassadra_feed_gap_risks_total'), 1);
  assert.equal(left.value('cassadra_feed_unconfirmed_appends'), 0);
  assert.equal(left.value('cassadra_feed_confirmation_seconds_count'), 0);
  assert.deepEqual(warnings, [
    { feed_gap_risk: 1, left: 1, savetimes_ms: [[write.lowestMs, write.highestMs]] },
  ]);
});

test('a savetime far in the future moves neither the mark nor what readers wait for', () => {
  const register = new WriteRegister();
  const nowMs = 1_700_000_000_000;
  const floorMs = nowMs + 3_600_000; // the stream was written by a clock an hour ahead
  const request = { nowMs, monotonicMs: 0, epoch: 1, events: [event()] };
  const write = register.open({ ...request, floorMs });
  assert.equal(write.lowestMs, floorMs);
  register.acknowledge(write.highestMs, nowMs);
  register.close(write);
  assert.equal(register.ackedMs, 0);
  assert.ok(register.mark(nowMs) <= nowMs + 2_000);
  assert.ok(register.open({ ...request, floorMs: 0 }).lowestMs <= nowMs + 2_000);
});

async function lastOf(lowWaterMark: LowWaterMark): Promise<number | undefined> {
  let lastMs: number | undefined;
  for await (const { belowMs } of lowWaterMark.rising()) lastMs = belowMs;
  return lastMs;
}

test('a mark of now is one that was taken since, or none', async () => {
  const time = new FakeTime();
  const session = new HeldSession();
  const { lowWaterMark } = feedOn(session, time);
  const earlierMs = await lowWaterMark.now();
  assert.ok(earlierMs >= time.nowMs());
  session.hold = true;
  const [late, cached] = [lowWaterMark.now(), lastOf(lowWaterMark)];
  const refused = assert.rejects(late, { code: 'UNAVAILABLE' });
  await settle();
  time.advance(500);
  await refused;
  assert.equal(await cached, earlierMs);
  session.release();
});

test('with foreign writers the mark of now trails the clock', async () => {
  const time = new FakeTime();
  const { lowWaterMark } = feedOn(new HeldSession(), time, { foreignWriters: true });
  assert.equal(await lowWaterMark.now(), time.nowMs() - 5_000);
});

test('shared runs are one at a time, and each caller gets one that began after its call', async () => {
  let running = 0;
  let most = 0;
  let begun = 0;
  const shared = new SharedRun(async () => {
    begun += 1;
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  });
  const callers = Array.from({ length: 50 }, async (_, turns) => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const before = begun;
    await shared.request();
    assert.ok(begun > before);
  });
  await Promise.all(callers);
  assert.equal(most, 1);
});
