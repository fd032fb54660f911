import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ANY_VERSION,
  exactVersion,
  type StreamRef,
  type TypeCode,
} from '../../../src/core/index.js';
import type { AppendOutcome } from '../../../src/storage/index.js';
import { expectConflict, expectStream, load } from './expect.js';
import { appendOf, check, freshStream, newEvent, newEvents, type Kit } from './kit.js';

const WRITERS = 64;
const ROUNDS = 3;
const FREE_WRITERS = 16;
const WINS_EACH = 3;

export function exerciseRaces(kit: Kit): void {
  describe('races', () => {
    check(`${WRITERS} writers with exact: one wins each round, all others conflict`, async () => {
      const stream = freshStream();
      const type = kit.freshType();
      const winners = [];
      for (let version = 0; version < ROUNDS; version += 1) {
        const events = newEvents(type, WRITERS);
        const outcomes = await Promise.all(
          events.map((event) => kit.appendOne(stream, appendOf(exactVersion(version), event))),
        );
        const won = events.filter((_, index) => outcomes[index]?.kind === 'appended');
        assert.equal(won.length, 1, `winners of version ${version + 1}`);
        winners.push(...won);
        const lost = outcomes.filter((outcome) => outcome.kind !== 'appended');
        for (const outcome of lost) expectConflict(outcome, version + 1);
      }
      await expectStream(kit, stream, winners);
    });

    check(`${FREE_WRITERS} writers with exact, each as fast as it can`, async () => {
      const race = new FreeRace(kit, freshStream());
      const type = kit.freshType();
      await Promise.all(Array.from({ length: FREE_WRITERS }, () => race.write(type)));
      const total = FREE_WRITERS * WINS_EACH;
      const loaded = await load(kit, race.stream);
      assert.deepEqual(
        loaded.map((event) => event.eventId),
        race.winners.slice(1),
      );
      assert.equal(loaded.length, total);
    });

    check(`${WRITERS} writers with any: no version missing, none doubled`, async () => {
      const stream = freshStream();
      const events = newEvents(kit.freshType(), WRITERS);
      const outcomes = await Promise.all(
        events.map((event) => kit.appendOne(stream, appendOf(ANY_VERSION, event))),
      );
      const order = new Map(events.map((event, index) => [versionOf(outcomes[index]), event]));
      const inOrder = Array.from({ length: WRITERS }, (_, index) => order.get(index + 1));
      await expectStream(
        kit,
        stream,
        inOrder.filter((event) => event !== undefined),
      );
    });

    check('writers with any on several streams at once', async () => {
      const type = kit.freshType();
      const streams = Array.from({ length: 8 }, () => freshStream());
      const appends = streams.flatMap((stream) => [1, 2, 3, 4].map((count) => ({ stream, count })));
      const outcomes = await Promise.all(
        appends.map(({ stream, count }) =>
          kit.appendOne(stream, appendOf(ANY_VERSION, ...newEvents(type, count))),
        ),
      );
      for (const outcome of outcomes) assert.equal(outcome.kind, 'appended');
      for (const stream of streams) assert.equal((await load(kit, stream)).length, 10);
    });
  });
}

function versionOf(outcome: AppendOutcome | undefined): number {
  assert.ok(outcome?.kind === 'appended', `outcome is ${outcome?.kind}`);
  return outcome.firstVersion;
}

/** Writers that append at the version they believe in, and believe what a conflict says. */
class FreeRace {
  readonly stream: StreamRef;
  /** Event ids by version. */
  readonly winners: string[] = [];
  readonly #kit: Kit;

  constructor(kit: Kit, stream: StreamRef) {
    this.#kit = kit;
    this.stream = stream;
  }

  async write(type: TypeCode): Promise<void> {
    let believed = 0;
    for (let wins = 0; wins < WINS_EACH; ) {
      const event = newEvent(type);
      const append = appendOf(exactVersion(believed), event);
      const outcome = await this.#kit.appendOne(this.stream, append);
      if (outcome.kind === 'conflict') {
        this.#expectTrue(believed, outcome.currentVersion);
        believed = outcome.currentVersion;
      } else {
        assert.equal(versionOf(outcome), believed + 1);
        assert.equal(this.winners[believed + 1], undefined, 'a version is won once');
        this.winners[believed + 1] = event.eventId;
        believed += 1;
        wins += 1;
      }
    }
  }

  /** Versions only rise, so that a conflict means the stream was beyond what was expected. */
  #expectTrue(expected: number, current: number): void {
    assert.ok(current > expected, `conflict at ${current}, expected ${expected}`);
    assert.ok(current <= FREE_WRITERS * WINS_EACH, `${current} was never reached`);
  }
}
