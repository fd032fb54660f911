import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../../../test/support/new-uuid.js';
import {
  MILLISECOND_EVENTS_MAX,
  parseTypeCode,
  SavetimeAllocator,
  type NewEvent,
} from '../../core/index.js';
import { seededRandom } from '../../runtime/index.js';
import type { FeedPlace } from './keys.js';
import { Ledger, upgradeLedger, type Writer } from './ledger.js';
import { uuidBytes } from './uuid-bytes.js';

const NOW_MS = 1_700_000_000_000;
const type = parseTypeCode(1);
assert.ok(type !== undefined);
const event: NewEvent = {
  eventId: newUuid(),
  type,
  content: { kind: 'text', text: 'x' },
  contentType: undefined,
  metadata: undefined,
};
const events = (count: number): NewEvent[] => Array.from({ length: count }, () => event);
const newWriter = (): Writer => ({
  id: uuidBytes(newUuid()),
  allocator: new SavetimeAllocator(),
});

/** What the writers have in common. */
class SharedLedger {
  #stored: Buffer | undefined;

  transact<Result>(writer: Writer, work: (ledger: Ledger) => Result): Result {
    const ledger = new Ledger(this.#stored, writer);
    const result = work(ledger);
    this.#stored = ledger.encode();
    return result;
  }
}

test('positions rise by one and savetimes never fall, whatever the clocks do', () => {
  const shared = new SharedLedger();
  const random = seededRandom(1);
  const writers = [newWriter(), newWriter(), newWriter()];
  const places: FeedPlace[] = [];
  let completeMs = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const writer = writers[Math.floor(random.next() * writers.length)] ?? newWriter();
    const nowMs = NOW_MS + Math.floor(random.next() * 20) - 10;
    shared.transact(writer, (ledger) => {
      if (random.next() < 0.2) {
        ledger.closeLastSavetime();
        completeMs = ledger.completeSavetimeMs;
        return;
      }
      const given = ledger.assign(events(1 + Math.floor(random.next() * 300)), nowMs);
      for (const { savetimeMs } of given) assert.ok(savetimeMs > completeMs, 'it was closed');
      places.push(...given);
    });
  }
  const perMillisecond = new Map<number, number>();
  places.forEach(({ savetimeMs, position }, index) => {
    assert.equal(position, index + 1);
    assert.ok(savetimeMs >= (places[index - 1]?.savetimeMs ?? 0));
    perMillisecond.set(savetimeMs, (perMillisecond.get(savetimeMs) ?? 0) + 1);
  });
  assert.ok(Math.max(...perMillisecond.values()) <= MILLISECOND_EVENTS_MAX);
});

test('two writers that take turns share a millisecond up to its limit', () => {
  const shared = new SharedLedger();
  const writers = [newWriter(), newWriter()];
  const savetimes = Array.from({ length: 1_200 }, (_, index) => {
    const writer = writers[index % 2] ?? newWriter();
    return shared.transact(writer, (ledger) => ledger.assign([event], NOW_MS)[0]?.savetimeMs);
  });
  assert.equal(savetimes[499], NOW_MS);
  assert.equal(savetimes[500], NOW_MS + 1);
  assert.equal(savetimes.at(-1), NOW_MS + 2, 'no faster than the limit makes it');
});

test('a writer that comes back to its own millisecond counts what others put there', () => {
  const shared = new SharedLedger();
  const [first, second] = [newWriter(), newWriter()];
  const assign = (writer: Writer, count: number): number | undefined =>
    shared.transact(writer, (ledger) => ledger.assign(events(count), NOW_MS).at(-1)?.savetimeMs);
  assert.equal(assign(first, 200), NOW_MS);
  assert.equal(assign(second, 250), NOW_MS);
  assert.equal(assign(first, 100), NOW_MS + 1);
});

test('a ledger of format 1 goes on where it was, and its programs take it no more', () => {
  const writer = newWriter();
  const ledger = new Ledger(undefined, writer);
  assert.equal(ledger.last, undefined);
  const savetimeMs = ledger.assign(events(3), NOW_MS).at(-1)?.savetimeMs;
  assert.deepEqual(ledger.last, { savetimeMs, position: 3 });
  // a row for each event
  for (let row = 0; row < 3; row += 1) ledger.countRow();
  ledger.closeLastSavetime();
  const first = ledger.encode().subarray(0, 44);
  assert.throws(() => new Ledger(first, writer), { code: 'DATA_DIR_INVALID' });
  const upgraded = upgradeLedger(first);
  assert.deepEqual(upgraded, ledger.encode());
  assert.deepEqual(upgradeLedger(upgraded), upgraded, 'twice is fine');
  const [next] = new Ledger(upgraded, newWriter()).assign(events(1), NOW_MS);
  assert.deepEqual([next?.savetimeMs, next?.position], [NOW_MS + 1, 4]);
  assert.equal(new Ledger(upgradeLedger(undefined), writer).last, undefined);
  assert.throws(() => upgradeLedger(Buffer.alloc(9)), { code: 'DATA_DIR_INVALID' });
});
