import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ANY_VERSION,
  exactVersion,
  NO_STREAM,
  STREAM_EXISTS,
  type ExpectedVersion,
} from '../../../src/core/index.js';
import { expectAppended, expectConflict, expectStream } from './expect.js';
import {
  appendOf,
  check,
  freshName,
  freshStream,
  namedStream,
  newEvents,
  type Kit,
} from './kit.js';

/** An expectation against streams at version 0, 1 and 2: does it hold? */
const EXPECTATIONS: readonly (readonly [string, ExpectedVersion, readonly boolean[]])[] = [
  ['any', ANY_VERSION, [true, true, true]],
  ['no stream', NO_STREAM, [true, false, false]],
  ['exact 0', { kind: 'exact', version: 0 }, [true, false, false]],
  ['exact 1', exactVersion(1), [false, true, false]],
  ['exact 2', exactVersion(2), [false, false, true]],
  ['exact 3', exactVersion(3), [false, false, false]],
  ['stream exists', STREAM_EXISTS, [false, true, true]],
];

export function exerciseAppend(kit: Kit): void {
  describe('append', () => {
    for (const [name, expected, holds] of EXPECTATIONS) {
      check(`${name} against versions 0, 1 and 2`, async () => {
        for (const [version, held] of holds.entries()) {
          await appendAt(kit, expected, { version, held });
        }
      });
    }

    check('several events take versions in order and savetimes that do not fall', async () => {
      const stream = freshStream();
      const type = kit.freshType();
      const batches = [newEvents(type, 3), newEvents(type, 1), newEvents(type, 40)];
      let version = 0;
      for (const events of batches) {
        const outcome = await kit.appendOne(stream, appendOf(exactVersion(version), ...events));
        const written = expectAppended(outcome, version + 1, version + events.length);
        version += events.length;
        const loaded = await expectStream(kit, stream, batches.flat().slice(0, version));
        assert.equal(written.savetimeMs, loaded.at(-1)?.savetimeMs, 'that of the last event');
      }
    });

    check('an append of 1,000 events is one append', async () => {
      const stream = freshStream();
      const events = newEvents(kit.freshType(), 1_000);
      expectAppended(await kit.appendOne(stream, appendOf(NO_STREAM, ...events)), 1, 1_000);
      await expectStream(kit, stream, events);
    });

    check('ids that were made for the call need no look-up', async () => {
      const stream = freshStream();
      const events = newEvents(kit.freshType(), 2);
      for (const [index, event] of events.entries()) {
        const append = { ...appendOf(ANY_VERSION, event), freshIds: true };
        expectAppended(await kit.appendOne(stream, append), index + 1);
      }
      await expectStream(kit, stream, events);
    });

    check('streams do not touch each other', async () => {
      const type = kit.freshType();
      const name = freshName();
      const streams = [freshStream(), namedStream(name), namedStream(name.toUpperCase())];
      const events = newEvents(type, 1);
      for (const stream of streams) {
        expectAppended(await kit.appendOne(stream, appendOf(NO_STREAM, ...events)), 1);
      }
      for (const stream of streams) await expectStream(kit, stream, events);
    });

    check('an aborted signal never makes the answer untrue', async () => {
      const stream = freshStream();
      const append = appendOf(ANY_VERSION, ...newEvents(kit.freshType(), 2));
      const signal = AbortSignal.abort();
      const request = { stream, appends: [append], signal };
      const [outcome] = await kit.backend.eventLog.append(request);
      assert.match(outcome?.kind ?? 'none', /^(appended|unknown|unavailable)$/);
      if (outcome?.kind === 'appended') await expectStream(kit, stream, append.events);
      const retry = await kit.appendOne(stream, append);
      assert.match(retry.kind, /^(appended|duplicate)$/);
      if (outcome?.kind !== 'unknown') {
        assert.equal(retry.kind, outcome?.kind === 'appended' ? 'duplicate' : 'appended');
      }
      await expectStream(kit, stream, append.events);
    });
  });
}

async function appendAt(
  kit: Kit,
  expected: ExpectedVersion,
  { version, held }: { readonly version: number; readonly held: boolean },
): Promise<void> {
  const stream = freshStream();
  const type = kit.freshType();
  const before = newEvents(type, version);
  if (version > 0) await kit.appendOne(stream, appendOf(ANY_VERSION, ...before));
  const events = newEvents(type, 2);
  const outcome = await kit.appendOne(stream, appendOf(expected, ...events));
  if (held) expectAppended(outcome, version + 1, version + 2);
  else expectConflict(outcome, version);
  await expectStream(kit, stream, held ? [...before, ...events] : before);
}
