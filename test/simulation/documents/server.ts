import { errors } from 'cassandra-driver';
import { Documents } from '../../../src/backends/cassandra/index.js';
import {
  seededRandom,
  silentOutput,
  timersBy,
  type Components,
} from '../../../src/runtime/index.js';
import { SimulatedDocumentTables, type Call, type Way } from './tables.js';
import type { World } from './world.js';

const TIMEOUT_MS = 1_500;
/** What was given up may still arrive. */
const LATE_MAX_MS = 14_000;
const SKEW_MS = 400;
/** The clocks of the nodes, by which servers measure time. */
const NODE_SKEW_MS = 80;
const FAULTS = ['lost', 'answer lost', 'late', 'not sent'] as const;

/** The process of one server, and its way to Cassandra, which is not always open. */
export class SimulatedServer implements Way {
  readonly documents: Documents;
  /** Resolves when it is killed. */
  readonly gone: Promise<void>;
  readonly #world: World;
  readonly #skewMs: number;
  #die: () => void = () => undefined;
  #stamp = 0;
  alive = true;

  constructor(world: World) {
    const { draws, time } = world;
    this.#world = world;
    this.#skewMs = Math.round(draws.between(-SKEW_MS, SKEW_MS));
    this.gone = new Promise((resolve) => {
      this.#die = resolve;
    });
    const nodeSkewMs = Math.round(draws.between(-NODE_SKEW_MS, NODE_SKEW_MS));
    const components: Components = {
      clock: { nowMs: () => world.trueMs + this.#skewMs, monotonicMs: () => time.nowMs },
      timers: timersBy((ms, run) => this.#after(ms, run)),
      random: seededRandom(draws.whole(0, 0xffff_ffff)),
      ids: { newId: () => draws.uuid(), nameId: () => draws.uuid() },
      ...silentOutput,
    };
    const storageClock = { nowMs: () => world.trueMs + nodeSkewMs };
    const tables = new SimulatedDocumentTables(world, this);
    this.documents = new Documents(tables, storageClock, components);
  }

  nextStamp(): number {
    this.#stamp = Math.max(this.#stamp + 0.001, this.#world.trueMs + this.#skewMs);
    return this.#stamp;
  }

  kill(): void {
    this.alive = false;
    this.#die();
  }

  call<Answer>({ name, kind, apply }: Call<Answer>): Promise<Answer> {
    const { draws, time } = this.#world;
    return new Promise((resolve, reject) => {
      if (!this.alive) return;
      const fault = this.#fault(kind);
      if (fault === undefined) {
        time.after(draws.skewed(0.5, 60), () => {
          const answer = apply(false);
          time.after(draws.skewed(0, 60), () => this.alive && resolve(answer));
        });
        return;
      }
      this.#world.count(`${name} ${fault}`);
      const failedMs = fault === 'not sent' ? 1 : draws.skewed(50, TIMEOUT_MS);
      const error =
        fault === 'not sent'
          ? new errors.NoHostAvailableError({})
          : new errors.OperationTimedOutError('no answer in time');
      time.after(failedMs, () => this.alive && reject(error));
      if (kind === 'read' || fault === 'lost' || fault === 'not sent') return;
      this.#world.awaited += 1;
      const lateMs = fault === 'late' ? failedMs + draws.skewed(1, LATE_MAX_MS) : 0;
      time.after(lateMs + draws.skewed(0, failedMs), () => {
        this.#world.awaited -= 1;
        apply(true);
      });
    });
  }

  #fault(kind: Call<unknown>['kind']) {
    const { draws, calm } = this.#world;
    if (calm || !draws.chance(kind === 'read' ? 0.02 : 0.12)) return undefined;
    return kind === 'read' ? draws.pick(['lost', 'not sent'] as const) : draws.pick(FAULTS);
  }

  #after(ms: number, run: () => void): () => void {
    const entry = this.#world.time.after(ms, () => this.alive && run());
    return () => {
      entry.cancelled = true;
    };
  }
}
