import assert from 'node:assert/strict';
import { requireUuid, type StreamRef, type Uuid } from '../../../core/index.js';
import type { Draws, History } from '../../../runtime/index.js';
import { Disturber } from './disturber.js';
import { EndSeeker } from './end-seeker.js';
import { Ledger } from './ledger.js';
import { FEED_DELAY_MS, WILD_MS } from './profile.js';
import { Reader } from './reader.js';
import { createWorld, note, type World } from './world.js';
import { Writer } from './writer.js';

const WRITING_MAX_MS = 400_000;
/** After the last append: a killed server is waited for, the view may lag, clocks differ. */
const SETTLE_MAX_MS = FEED_DELAY_MS + 3_000;

interface Actors {
  readonly disturber: Disturber;
  readonly ledger: Ledger;
  readonly readers: readonly Reader[];
  readonly endSeeker: EndSeeker;
  readonly writers: readonly Writer[];
}

/** One seed: servers, clients and disturbances, until all is settled and checked. */
export class Simulation {
  readonly seed: number;
  readonly #world: World;
  readonly #actors: Actors;
  #failure: Error | undefined;

  constructor(seed: number) {
    this.seed = seed;
    this.#world = createWorld(seed);
    this.#actors = actorsFor(this.#world);
  }

  get history(): History {
    return this.#world.history;
  }

  /** Rejects with what has gone wrong. */
  async run(): Promise<void> {
    const { time, profile } = this.#world;
    const { disturber, ledger, readers, endSeeker, writers } = this.#actors;
    disturber.begin();
    let writing = writers.length;
    for (const writer of writers) {
      void this.#watch(writer.run()).finally(() => (writing -= 1));
    }
    for (const reader of readers) void this.#watch(reader.run());
    void this.#watch(endSeeker.run());
    await this.#pass(() => writing === 0, WRITING_MAX_MS, 'writers are answered');
    disturber.end();
    const settledMs = time.nowMs;
    const restless = (): boolean => readers.some((reader) => reader.missing().length > 0);
    const quietUntilMs = settledMs + 700 + (profile.mode === 'storms' ? 5_000 : 0);
    const boundMs = SETTLE_MAX_MS + (profile.mode === 'wild clocks' ? 3 * WILD_MS : 0);
    await this.#pass(
      () => time.nowMs >= quietUntilMs && !restless(),
      settledMs + boundMs,
      'readers see everything',
    ).catch((error: unknown) => this.#countLost(error));
    note(this.#world, 'settled', String(time.nowMs - settledMs));
    for (const reader of readers) reader.end();
    endSeeker.end();
    endSeeker.check();
    ledger.checkTables();
    if (profile.mode === 'steady') {
      assert.equal(disturber.gapRisks(), 0, 'appends left the register unseen');
    }
  }

  async #pass(done: () => boolean, untilMs: number, what: string): Promise<void> {
    try {
      await this.#world.time.run(() => this.#failure !== undefined || done(), untilMs);
    } catch (error) {
      throw new Error(`${what}: ${String(error)}`, { cause: error });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Only storms may lose events, and only those of appends that were counted. */
  #countLost(error: unknown): void {
    const { readers, disturber } = this.#actors;
    const missing = readers.flatMap((reader) =>
      reader.missing().map((event) => ({ event, reader: reader.describe() })),
    );
    const appends = new Set(missing.map(({ event }) => `${event.stream} ${event.savetimeMs}`));
    const counted = this.#world.profile.mode === 'storms' ? disturber.gapRisks() : 0;
    if (missing.length > 0 && appends.size <= counted) {
      return note(this.#world, 'counted loss');
    }
    throw new Error(`${String(error)}; counted ${counted}, lost ${JSON.stringify(missing)}`);
  }

  async #watch(actor: Promise<void>): Promise<void> {
    try {
      await actor;
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** UUIDs of several versions: the view does not order them by their bytes alone. */
function streamId(draws: Draws): Uuid {
  const uuid = draws.uuid();
  return requireUuid(`${uuid.slice(0, 14)}${draws.pick(['1', '4', '5', '7'])}${uuid.slice(15)}`);
}

function actorsFor(world: World): Actors {
  const { draws, profile } = world;
  const disturber = new Disturber(world);
  const ledger = new Ledger(world);
  const streams: StreamRef[] = Array.from({ length: profile.streams }, () => ({
    id: streamId(draws),
    name: undefined,
  }));
  const types = Array.from({ length: profile.types }, (_, index) => index + 1);
  const follows = types.length === 1 ? [types] : [...types.map((type) => [type]), types];
  return {
    disturber,
    ledger,
    writers: Array.from(
      { length: profile.writers },
      () => new Writer(world, { disturber, ledger, streams }),
    ),
    endSeeker: new EndSeeker(world, { disturber, ledger }),
    readers: follows.flatMap((followed) =>
      (['event', 'millisecond'] as const).map(
        (boundary) => new Reader(world, { disturber, ledger }, { types: followed, boundary }),
      ),
    ),
  };
}
