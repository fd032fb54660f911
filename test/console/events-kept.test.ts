import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedEvent } from '../../src/console/api/events.js';
import { FoundEvents } from '../../src/console/pages/correlation/found-events.js';
import { TailBuffer } from '../../src/console/pages/types/tail-buffer.js';
import { TextSearch } from '../../src/console/pages/types/text-search.js';

test('a tail keeps the last events, by their number and by their characters', () => {
  const buffer = new TailBuffer(1_000);
  buffer.add(Array.from({ length: 10 }, (_, index) => eventOf(index + 1, 'x'.repeat(300))));
  assert.deepEqual(versionsOf(buffer.latest()), [10, 9, 8]);
  buffer.add([eventOf(11, 'x'.repeat(2_000))]);
  assert.deepEqual(versionsOf(buffer.latest()), [11]);
  buffer.clear();
  const many = Array.from({ length: 7_000 }, (_, index) => eventOf(index + 1, ''));
  for (const event of many) buffer.add([event]);
  assert.equal(buffer.latest().length, 5_000);
  assert.equal(buffer.latest()[0]?.version, 7_000);
  assert.equal(buffer.seen, 7_000);
});

test('a text is found everywhere, whatever its case, and looked for once in each event', () => {
  let reads = 0;
  const event: RecordedEvent = {
    ...eventOf(1, ''),
    get content() {
      reads += 1;
      return { kind: 'json', text: '{"Name":"Ada"}' } as const;
    },
  };
  const search = new TextSearch();
  assert.equal(search.holds(event, ' ADA '), true);
  assert.equal(search.holds(event, 'ada'), true);
  assert.equal(reads, 1);
  assert.equal(search.holds(event, 'bob'), false);
  assert.equal(search.holds(event, ''), false);
  assert.deepEqual(search.in([event], ''), [event]);
  assert.deepEqual(search.in([event], 'counted'), [event]);
});

test('found events come once each, as they were written, with their causes', () => {
  const found = new FoundEvents();
  const [first, second] = [eventOf(1, ''), eventOf(2, '')];
  const caused = { ...eventOf(3, ''), metadata: { causationId: first.eventId } };
  found.add([caused, second]);
  assert.deepEqual(versionsOf(found.inOrder()), [2, 3]);
  assert.equal(found.causeOf(caused), undefined);
  found.add([first, second]);
  assert.deepEqual(versionsOf(found.inOrder()), [1, 2, 3]);
  assert.equal(found.causeOf(caused), first);
  assert.equal(found.causeOf(second), undefined);
});

function eventOf(version: number, text: string): RecordedEvent {
  return {
    ...{ stream: 'long', streamId: 'long', version, savetimeMs: version },
    ...{ eventId: `id-${String(version)}`, type: 'Counted', typeCode: 1 },
    content: { kind: 'json', text },
    ...{ contentType: 'application/json', metadata: {} },
  };
}

function versionsOf(events: readonly RecordedEvent[]): number[] {
  return events.map(({ version }) => version);
}
