import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ANY_VERSION,
  exactVersion,
  NO_STREAM,
  STREAM_EXISTS,
  type ExpectedVersion,
  type NewEvent,
} from '../../../src/core/index.js';
import {
  expectAppended,
  expectConflict,
  expectDuplicate,
  expectInvalid,
  expectStream,
} from './expect.js';
import { appendOf, check, freshStream, newEvent, newEvents, type Kit } from './kit.js';

export function exerciseMergedAppend(kit: Kit): void {
  describe('merged append', () => {
    exerciseChains(kit);
    exerciseConflicts(kit);
    exerciseDeferral(kit);
  });
}

/** A stream at version 2. */
async function streamAtTwo(kit: Kit) {
  const stream = freshStream();
  const type = kit.freshType();
  const before = newEvents(type, 2);
  expectAppended(await kit.appendOne(stream, appendOf(NO_STREAM, ...before)), 1, 2);
  return { stream, type, before };
}

function exerciseChains(kit: Kit): void {
  check('any, any, any: contiguous, in order of arrival, each its own answer', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const batches = [newEvents(type, 2), newEvents(type, 1), newEvents(type, 3)];
    const appends = batches.map((events) => appendOf(ANY_VERSION, ...events));
    const outcomes = await kit.append(stream, ...appends);
    const written = [
      expectAppended(outcomes[0], 3, 4),
      expectAppended(outcomes[1], 5),
      expectAppended(outcomes[2], 6, 8),
    ];
    const loaded = await expectStream(kit, stream, [...before, ...batches.flat()]);
    for (const { lastVersion, savetimeMs } of written) {
      assert.equal(savetimeMs, loaded[lastVersion - 1]?.savetimeMs, 'that of its own last event');
    }
  });

  check('n then n+k chains, mixed with the other kinds', async () => {
    const stream = freshStream();
    const type = kit.freshType();
    const kinds = [NO_STREAM, exactVersion(2), STREAM_EXISTS, ANY_VERSION, exactVersion(8)];
    const batches = kinds.map(() => newEvents(type, 2));
    const appends = kinds.map((kind, index) => appendOf(kind, ...(batches[index] ?? [])));
    const outcomes = await kit.append(stream, ...appends);
    outcomes.forEach((outcome, index) => expectAppended(outcome, 2 * index + 1, 2 * index + 2));
    await expectStream(kit, stream, batches.flat());
  });
}

function exerciseConflicts(kit: Kit): void {
  check('a conflict inside is true and stops nobody behind it', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const events = newEvents(type, 4);
    const kinds: readonly ExpectedVersion[] = [
      ANY_VERSION,
      exactVersion(2),
      exactVersion(3),
      NO_STREAM,
    ];
    const appends = kinds.map((kind, index) => appendOf(kind, ...events.slice(index, index + 1)));
    const outcomes = await kit.append(stream, ...appends);
    expectAppended(outcomes[0], 3);
    expectAppended(outcomes[2], 4);
    for (const index of [1, 3]) expectTrueConflict(outcomes[index], kinds[index], [3, 4]);
    const written = [0, 2].flatMap((index) => events.slice(index, index + 1));
    await expectStream(kit, stream, [...before, ...written]);
  });

  check('an expectation that only comes true later in the request is a conflict', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const [early, any] = [newEvent(type), newEvent(type)];
    const appends = [appendOf(exactVersion(3), early), appendOf(ANY_VERSION, any)];
    const outcomes = await kit.append(stream, ...appends);
    expectConflict(outcomes[0], 2);
    expectAppended(outcomes[1], 3);
    await expectStream(kit, stream, [...before, any]);
  });

  check('stream exists before and after the first append of the same request', async () => {
    const stream = freshStream();
    const type = kit.freshType();
    const [first, second] = [newEvent(type), newEvent(type)];
    const outcomes = await kit.append(
      stream,
      appendOf(STREAM_EXISTS, newEvent(type)),
      appendOf(NO_STREAM, first),
      appendOf(STREAM_EXISTS, second),
      appendOf(NO_STREAM, newEvent(type)),
    );
    expectConflict(outcomes[0], 0);
    expectAppended(outcomes[1], 1);
    expectAppended(outcomes[2], 2);
    expectConflict(outcomes[3], 2);
    await expectStream(kit, stream, [first, second]);
  });

  check('nothing but conflicts writes nothing', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const kinds = [NO_STREAM, exactVersion(1), exactVersion(9)];
    const appends = kinds.map((kind) => appendOf(kind, newEvent(type)));
    for (const outcome of await kit.append(stream, ...appends)) expectConflict(outcome, 2);
    await expectStream(kit, stream, before);
  });
}

function expectTrueConflict(
  outcome: Awaited<ReturnType<Kit['appendOne']>> | undefined,
  expected: ExpectedVersion | undefined,
  [lowest, highest]: readonly [number, number],
): void {
  assert.ok(outcome?.kind === 'conflict', `outcome is ${outcome?.kind}`);
  const { currentVersion } = outcome;
  assert.ok(currentVersion >= lowest && currentVersion <= highest, `at ${currentVersion}`);
  if (expected?.kind === 'exact') assert.notEqual(currentVersion, expected.version);
}

function exerciseDeferral(kit: Kit): void {
  check('the same append twice in one request is written once', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const twice = appendOf(ANY_VERSION, ...newEvents(type, 2));
    const behind = newEvent(type);
    const outcomes = await kit.append(stream, twice, twice, appendOf(ANY_VERSION, behind));
    expectDuplicate(outcomes[1], expectAppended(outcomes[0], 3, 4));
    expectAppended(outcomes[2], 5);
    await expectStream(kit, stream, [...before, ...twice.events, behind]);
  });

  check('ids of another append of the same request are reused ids', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const [first, second, behind] = [newEvent(type), newEvent(type), newEvent(type)];
    const outcomes = await kit.append(
      stream,
      appendOf(ANY_VERSION, first),
      appendOf(ANY_VERSION, first, second),
      appendOf(ANY_VERSION, { ...first, metadata: '{"other":1}' }),
      appendOf(ANY_VERSION, behind),
    );
    expectAppended(outcomes[0], 3);
    expectInvalid(outcomes[1], 'EVENT_ID_REUSED');
    expectInvalid(outcomes[2], 'EVENT_ID_REUSED');
    expectAppended(outcomes[3], 4);
    await expectStream(kit, stream, [...before, first, behind]);
  });

  check('a retry and new appends share a request', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const retried = appendOf(NO_STREAM, ...before);
    const [first, second] = [newEvent(type), newEvent(type)];
    const outcomes = await kit.append(
      stream,
      appendOf(exactVersion(2), first),
      retried,
      appendOf(exactVersion(3), second),
    );
    const [loaded] = (await expectStream(kit, stream, [...before, first, second])).slice(1, 2);
    assert.ok(loaded);
    expectAppended(outcomes[0], 3);
    const savetimeMs = loaded.savetimeMs;
    expectDuplicate(outcomes[1], { kind: 'appended', firstVersion: 1, lastVersion: 2, savetimeMs });
    expectAppended(outcomes[2], 4);
  });

  check('more than one write can hold: every append is answered, in order', async () => {
    const { stream, type, before } = await streamAtTwo(kit);
    const batches: NewEvent[][] = [400, 400, 400, 1].map((count) => newEvents(type, count));
    const appends = batches.map((events) => appendOf(ANY_VERSION, ...events));
    const outcomes = await kit.append(stream, ...appends);
    expectAppended(outcomes[0], 3, 402);
    expectAppended(outcomes[1], 403, 802);
    expectAppended(outcomes[2], 803, 1_202);
    expectAppended(outcomes[3], 1_203);
    await expectStream(kit, stream, [...before, ...batches.flat()]);
  });
}
