import type { EntryTable } from '../../../src/backends/cassandra/index.js';
import type { TimedEvent, TimedEventKey, Uuid } from '../../../src/core/index.js';
import type { TimedEventChange } from '../../../src/storage/index.js';
import { keyText } from './ledger.js';
import type { Link } from './link.js';
import type { SimulatedProcess } from './process.js';
import type { World } from './world.js';

type WriteAnswer = Awaited<ReturnType<EntryTable['write']>>;
type WriteTry = Parameters<EntryTable['write']>[1];

/** How often a decided write whose answer was lost is not committed everywhere yet. */
const HALF_COMMITTED = 0.4;
const COMMIT_MAX_MS = 3_000;

/** `timed_events`: each row a register that changes by compare-and-set. */
export class SimulatedEntryTable implements EntryTable {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #link: Link;

  constructor(world: World, process: SimulatedProcess, link: Link) {
    this.#world = world;
    this.#process = process;
    this.#link = link;
  }

  read(key: TimedEventKey, level: 'latest' | 'serial'): Promise<TimedEvent | undefined> {
    const serial = level === 'serial';
    return this.#link.call({
      name: serial ? 'entry serial' : 'entry read',
      kind: 'read',
      about: () => keyText(key),
      apply: () => {
        const row = this.#world.rows.entry(keyText(key));
        if (serial) row.visible = row.decided;
        return row.visible;
      },
    });
  }

  write(change: TimedEventChange, { maySend }: WriteTry): Promise<WriteAnswer> {
    if (!maySend()) throw new Error('asked at once, it is always so');
    const sentMs = this.#world.time.nowMs;
    let doubtful = false;
    return this.#link.call({
      name: 'entry',
      kind: 'conditional',
      about: () => `${keyText(change.to.key)} ${JSON.stringify(change.to.state)}`,
      onDoubt: () => {
        doubtful = true;
        this.#world.ledger.doubt(change.to.change);
      },
      apply: () => this.#apply(change, sentMs, doubtful),
    });
  }

  #apply({ from, to }: TimedEventChange, sentMs: number, doubtful: boolean): WriteAnswer {
    const { rows, ledger, time, draws } = this.#world;
    const key = keyText(to.key);
    const row = rows.entry(key);
    row.visible = row.decided;
    const standing: Uuid | undefined = row.decided?.change;
    if (standing !== from?.change) return { kind: 'differs', change: standing };
    const committed = !doubtful || !draws.chance(HALF_COMMITTED);
    rows.decide(key, to, committed);
    if (!committed) {
      time.after(draws.between(1, COMMIT_MAX_MS), () => {
        if (row.decided === to) row.visible = to;
      });
    }
    const by = { process: this.#process.name, lateMs: time.nowMs - sentMs };
    const version = ledger.decided({ from, to }, by);
    this.#world.promises.entryDecided({ from, to }, version);
    return { kind: 'applied' };
  }
}
