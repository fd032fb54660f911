import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDataDir } from '../../../../test/support/data-dir.js';
import { DEFAULT_RETRY, requireUuid, scheduled } from '../../../core/index.js';
import { seededRandom } from '../../../runtime/index.js';
import type { Tables } from '../schema.js';
import { applicationInIds, dueId, encodeDueRow } from './due-row.js';
import { dueRange, DueScan, type ScanWindow } from './due-scan.js';
import { entryKey, timeKey } from './keys.js';
import { withTables } from '../with-tables.js';

const ID = requireUuid('00000000-0000-4000-8000-000000000001');
const PLAN = {
  payload: new Uint8Array(),
  target: { kind: 'http', url: 'http://x.test/', method: 'GET', headers: [] },
  retry: DEFAULT_RETRY,
  timeoutMs: 1_000,
  retentionMs: 1_000,
} as const;
/** One is the beginning of another; one is not ASCII. */
const APPLICATIONS = ['a', 'ab', 'b', '\u017c', '\u0001a'];

const inTables = (body: (tables: Tables) => void): Promise<void> =>
  inDataDir((dataDir) => withTables(dataDir, body));

/** Answers the id of the row. */
function put({ timedDue }: Tables, application: string, eventId: string, dueMs: number): string {
  const event = scheduled({ application, eventId }, { ...PLAN, dueMs }, ID, {
    nowMs: 1,
    change: ID,
  });
  const key = timeKey(dueMs, entryKey(event.key));
  timedDue.putSync(key, encodeDueRow(event) ?? assert.fail());
  return dueId(key);
}

const idsOf = (names: Iterable<string>) => new Set([...names].map(applicationInIds));

/** Looks at up to `limit` rows of a window. */
function look(tables: Tables, scan: DueScan, window: ScanWindow, limit: number): string[] {
  const found: string[] = [];
  while (found.length < limit) {
    const scanned = scan.next(tables, window, 7);
    if (scanned === undefined) break;
    const some = scanned.rows.slice(0, limit - found.length);
    found.push(...some.map(({ id }) => id));
    scan.pass(scanned, some.length < scanned.rows.length ? some.at(-1) : undefined);
  }
  return found;
}

test('random windows and applications left out: each row once, in order, when it is wanted', async () => {
  const random = seededRandom(11);
  const below = (max: number) => Math.floor(random.next() * max);
  const randomTurn = () => ({
    without: new Set(APPLICATIONS.filter(() => below(2) === 0)),
    fromMs: below(40),
    untilMs: below(70),
    limit: 1 + below(60),
  });
  const lastTurn = { without: new Set<string>(), fromMs: 0, untilMs: 100, limit: 1_000 };
  await inTables((tables) => {
    for (let round = 0; round < 40; round += 1) {
      tables.timedDue.clearSync();
      const rows = new Map<string, { readonly application: string; readonly dueMs: number }>();
      const add = (count: number): void => {
        const application = APPLICATIONS[below(APPLICATIONS.length)] ?? '';
        const dueMs = below(1 + below(60));
        rows.set(put(tables, application, `e${count}`, dueMs), { application, dueMs });
      };
      tables.root.transactionSync(() => Array.from({ length: below(200) }, (_, at) => add(at)));
      const scan = new DueScan(tables);
      for (const turn of [...Array.from({ length: 30 }, randomTurn), lastTurn]) {
        const { without, fromMs, untilMs, limit } = turn;
        const wanted = [...rows].filter(([, { application, dueMs }]) => {
          return dueMs >= fromMs && dueMs <= untilMs && !without.has(application);
        });
        const window = { range: dueRange(fromMs, untilMs), without: idsOf(without) };
        const found = look(tables, scan, window, limit);
        const ids = wanted.map(([id]) => id).sort();
        assert.deepEqual(found, ids.slice(0, limit), `round ${round}`);
        found.forEach((id) => rows.delete(id));
      }
      assert.equal(rows.size, 0, 'all were found in the end');
    }
  });
});

test('a crowd is passed over by few looks, once, and is found again', async () => {
  await inTables((tables) => {
    tables.root.transactionSync(() => {
      for (let index = 0; index < 3_000; index += 1) put(tables, 'a', `e${index}`, index % 10);
      put(tables, 'b', 'one', 9);
    });
    const scan = new DueScan(tables);
    const window = { range: dueRange(0, 9), without: idsOf(['a']) };
    const scanned = scan.next(tables, window, 20);
    assert.equal(scanned?.rows.length, 1);
    assert.equal(scanned?.to, window.range.to);
    if (scanned !== undefined) scan.pass(scanned);
    assert.equal(scan.next(tables, window, 20), undefined);
    assert.equal(scan.nextMs(tables, window), Infinity);
    assert.equal(scan.nextMs(tables, { ...window, without: new Set() }), 0);
  });
});

test('the look ahead ends behind many that are not wanted, and does not say that nothing is due', async () => {
  await inTables((tables) => {
    tables.root.transactionSync(() => {
      for (let index = 0; index < 3_000; index += 1) put(tables, 'a', 'e', index);
      put(tables, 'b', 'one', 2_999);
    });
    const window = { range: dueRange(0, 1e14), without: idsOf(['a']) };
    const nextMs = new DueScan(tables).nextMs(tables, window);
    assert.ok(nextMs > 0 && nextMs <= 2_999, `${nextMs}`);
  });
});

test('a row that was met elsewhere and left out is found again', async () => {
  await inTables((tables) => {
    const scan = new DueScan(tables);
    const window = { range: dueRange(0, 99), without: new Set<string>() };
    const nothing = scan.next(tables, window, 20);
    if (nothing !== undefined) scan.pass(nothing);
    const ids = Array.from({ length: 40 }, (_, index) => put(tables, 'a', 'e', 2 * index));
    for (const id of ids) scan.leaveOut(id);
    assert.deepEqual(look(tables, scan, window, 1_000), ids);
  });
});
