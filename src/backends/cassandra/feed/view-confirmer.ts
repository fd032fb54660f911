import type { TypeCode, Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { CqlSession } from '../cql-session.js';
import { mapInBatches } from '../in-batches.js';
import { requiredInt, requiredTime, requiredUuid, timeParam } from '../row-codec.js';
import type { OpenWrite, WriteRegister } from './write-register.js';

/** Between rounds while nobody waits for them. */
const ROUND_EVERY_MS = 25;
const KEYS_PER_PAGE = 5_000;
const TYPES_AT_ONCE = 8;

/** An event that is in the table and must be seen in the view. */
export interface WrittenRow {
  readonly type: TypeCode;
  readonly savetimeMs: number;
  readonly version: number;
}

interface Unconfirmed {
  readonly write: OpenWrite;
  missing: number;
}

type RowKey = string;

function rowKey(savetimeMs: number, version: number, stream: Uuid): RowKey {
  return `${savetimeMs}/${version}/${stream}`;
}

/** The keys of one type that the view has still to show. */
interface MissingOfType {
  readonly keys: Map<RowKey, { readonly entry: Unconfirmed; readonly savetimeMs: number }>;
}

/**
 * Watches written events appear in the view: one quorum read for each active type and round. With
 * blocking read repair, what one quorum read has shown later ones show too; only then a write
 * leaves the register and the mark may pass it.
 */
export class ViewConfirmer {
  readonly #session: CqlSession;
  readonly #register: WriteRegister;
  readonly #feedKeys: string;
  readonly #components: Components;
  readonly #missing = new Map<TypeCode, MissingOfType>();
  #loop: Promise<void> | undefined;
  #hurry = new AbortController();
  #stopped = false;

  constructor(
    session: CqlSession,
    register: WriteRegister,
    feedKeys: string,
    components: Components,
  ) {
    this.#session = session;
    this.#register = register;
    this.#feedKeys = feedKeys;
    this.#components = components;
  }

  /** Closes `write` in the register once the view has shown all rows. */
  expect(write: OpenWrite, stream: Uuid, rows: readonly WrittenRow[]): void {
    const entry: Unconfirmed = { write, missing: rows.length };
    for (const row of rows) {
      const ofType = this.#missing.get(row.type) ?? { keys: new Map() };
      ofType.keys.set(rowKey(row.savetimeMs, row.version, stream), {
        entry,
        savetimeMs: row.savetimeMs,
      });
      this.#missing.set(row.type, ofType);
    }
    this.#loop ??= this.#confirm();
  }

  /** Somebody waits: the next round begins at once. */
  hurry(): void {
    this.#hurry.abort();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.hurry();
    await this.#loop;
  }

  async #confirm(): Promise<void> {
    const { timers, logger } = this.#components;
    while (this.#missing.size > 0 && !this.#stopped) {
      await timers.sleep(ROUND_EVERY_MS, this.#hurry.signal);
      this.#hurry = new AbortController();
      this.#forgetExpired();
      await mapInBatches([...this.#missing], TYPES_AT_ONCE, ([type, ofType]) =>
        this.#confirmType(type, ofType).catch((error: unknown) => {
          logger.warn({ error: String(error) }, 'view not read');
        }),
      );
    }
    this.#loop = undefined; // here, where nothing is missing, so that the next one starts anew
  }

  async #confirmType(type: TypeCode, ofType: MissingOfType): Promise<void> {
    let lowestMs = Number.POSITIVE_INFINITY;
    let highestMs = Number.NEGATIVE_INFINITY;
    for (const { savetimeMs } of ofType.keys.values()) {
      lowestMs = Math.min(lowestMs, savetimeMs);
      highestMs = Math.max(highestMs, savetimeMs);
    }
    if (lowestMs > highestMs) return;
    const params = [type, timeParam(lowestMs), timeParam(highestMs)];
    let pageState: string | undefined;
    do {
      const page = await this.#session.read(
        { query: this.#feedKeys, params },
        {
          level: 'feed',
          fetchSize: KEYS_PER_PAGE,
          ...(pageState === undefined ? {} : { pageState }),
        },
      );
      for (const row of page.rows) {
        this.#shown(
          ofType,
          rowKey(
            requiredTime(row, 'savetime'),
            requiredInt(row, 'version'),
            requiredUuid(row, 'id'),
          ),
        );
      }
      pageState = page.pageState;
    } while (pageState !== undefined);
    if (ofType.keys.size === 0) this.#missing.delete(type);
  }

  #shown(ofType: MissingOfType, key: RowKey): void {
    const found = ofType.keys.get(key);
    if (found === undefined) return;
    ofType.keys.delete(key);
    found.entry.missing -= 1;
    if (found.entry.missing > 0) return;
    this.#register.close(found.entry.write);
    const { clock, metrics } = this.#components;
    const seconds = (clock.monotonicMs() - found.entry.write.openedAtMonotonicMs) / 1_000;
    metrics.observe('cassadra_feed_confirmation_seconds', {}, seconds);
  }

  /** What has left the register otherwise (it was open for too long) is not waited for. */
  #forgetExpired(): void {
    for (const [type, ofType] of this.#missing) {
      for (const [key, { entry }] of ofType.keys) {
        if (!this.#register.has(entry.write)) ofType.keys.delete(key);
      }
      if (ofType.keys.size === 0) this.#missing.delete(type);
    }
  }
}
