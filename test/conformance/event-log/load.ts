import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import { ANY_VERSION, exactVersion, NO_STREAM, type NewEvent } from '../../../src/core/index.js';
import { expectAppended, expectRecorded, expectStream, load } from './expect.js';
import {
  appendOf,
  check,
  freshName,
  freshStream,
  namedStream,
  newEvents,
  type Kit,
} from './kit.js';

const LENGTH = 1_500;

/** Direction, from, limit, and the versions to come: first, last. */
const PARTS: readonly (readonly [
  'forward' | 'backward',
  number | undefined,
  number | undefined,
  readonly [number, number] | undefined,
])[] = [
  ['forward', undefined, undefined, [1, LENGTH]],
  ['forward', 1, undefined, [1, LENGTH]],
  ['forward', 2, 3, [2, 4]],
  ['forward', undefined, 1, [1, 1]],
  ['forward', LENGTH, undefined, [LENGTH, LENGTH]],
  ['forward', LENGTH - 1, 5, [LENGTH - 1, LENGTH]],
  ['forward', 250, 1_001, [250, 1_250]],
  ['forward', LENGTH + 1, undefined, undefined],
  ['forward', LENGTH + 1_000, 10, undefined],
  ['backward', undefined, undefined, [LENGTH, 1]],
  ['backward', undefined, 2, [LENGTH, LENGTH - 1]],
  ['backward', LENGTH, 1, [LENGTH, LENGTH]],
  ['backward', LENGTH + 1, undefined, [LENGTH, 1]],
  ['backward', LENGTH + 1_000, 2, [LENGTH, LENGTH - 1]],
  ['backward', 1_250, 1_001, [1_250, 250]],
  ['backward', 3, 10, [3, 1]],
  ['backward', 2, undefined, [2, 1]],
  ['backward', 1, undefined, [1, 1]],
];

export function exerciseLoad(kit: Kit): void {
  describe('load', () => {
    const stream = namedStream(freshName());
    const events: NewEvent[] = [];

    before(async () => {
      events.push(...newEvents(kit.freshType(), LENGTH));
      const [head, tail] = [events.slice(0, 1_000), events.slice(1_000)];
      expectAppended(await kit.appendOne(stream, appendOf(NO_STREAM, ...head)), 1, 1_000);
      const outcome = await kit.appendOne(stream, appendOf(exactVersion(1_000), ...tail));
      expectAppended(outcome, 1_001, LENGTH);
    });

    for (const [direction, fromVersion, limit, range] of PARTS) {
      check(`${direction} from ${fromVersion ?? 'the end'}, limit ${limit ?? 'none'}`, async () => {
        const loaded = await load(kit, stream, { direction, fromVersion, limit });
        const ends = [loaded[0]?.version, loaded.at(-1)?.version];
        assert.deepEqual(ends, range === undefined ? [undefined, undefined] : [...range]);
        for (const recorded of loaded) {
          const event = events[recorded.version - 1];
          assert.ok(event);
          expectRecorded(recorded, event, { stream, version: recorded.version });
        }
      });
    }

    check('a long stream comes in chunks, and a reader may stop after the first', async () => {
      const query = { stream: stream.id, direction: 'forward', fromVersion: undefined } as const;
      const chunks: number[] = [];
      for await (const chunk of kit.backend.eventLog.readStream({ ...query, limit: undefined })) {
        chunks.push(chunk.length);
      }
      assert.ok(chunks.length > 1, 'it does not pile up');
      for await (const chunk of kit.backend.eventLog.readStream({ ...query, limit: undefined })) {
        assert.equal(chunk[0]?.version, 1);
        break;
      }
      await expectStream(kit, stream, events);
    });

    check('what is appended while a stream is read is no corruption', async () => {
      const grown = freshStream();
      const type = kit.freshType();
      await kit.write(grown, ...newEvents(type, 900));
      const appending = Promise.all(
        [1, 2, 3, 4].map(() => kit.appendOne(grown, appendOf(ANY_VERSION, ...newEvents(type, 90)))),
      );
      const parts = await Promise.all([
        load(kit, grown),
        load(kit, grown, { direction: 'backward' }),
        load(kit, grown),
      ]);
      await appending;
      for (const part of parts) assert.ok(part.length >= 900 && part.length % 90 === 0);
      assert.equal((await load(kit, grown)).length, 1_260);
    });
  });

  describe('an unknown stream', () => {
    check('is at version 0 and gives no events, in either direction', async () => {
      for (const stream of [freshStream(), namedStream(freshName())]) {
        assert.equal(await kit.currentVersion(stream), 0);
        assert.deepEqual(await load(kit, stream), []);
        assert.deepEqual(await load(kit, stream, { direction: 'backward' }), []);
        assert.deepEqual(await load(kit, stream, { fromVersion: 5, limit: 1 }), []);
      }
    });

    check('stays unknown after a refused append', async () => {
      const stream = freshStream();
      const refused = appendOf(exactVersion(4), ...newEvents(kit.freshType(), 1));
      assert.equal((await kit.appendOne(stream, refused)).kind, 'conflict');
      assert.equal(await kit.currentVersion(stream), 0);
      assert.deepEqual(await load(kit, stream), []);
    });
  });
}
