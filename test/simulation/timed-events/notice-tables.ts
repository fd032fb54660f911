import type { Notice, NoticeTables } from '../../../src/backends/cassandra/index.js';
import { keyText } from './ledger.js';
import type { Link } from './link.js';
import type { SimulatedProcess } from './process.js';
import type { Rows, StampedNotice } from './rows.js';
import type { World } from './world.js';

type NoticeSlice = Parameters<NoticeTables['readNotices']>[0];

/** As `cql/` divides the tables. */
const BUCKET_MS = 600_000;
const SLOT_MS = 10_000;

function partitionOf(slice: number, shard: number): string {
  return `${slice} ${shard}`;
}

/** Orders rows of one moment, and names them. */
function identity({ key, generation, nextMs }: Notice): string {
  return `${key.application}\n${key.eventId}\n${generation}\n${nextMs}`;
}

function describe({ shard, key, nextMs, positionMs, writtenMs }: Notice): string {
  return `${shard} ${keyText(key)} ${nextMs} at ${positionMs} written ${writtenMs}`;
}

interface Place {
  readonly shard: number;
  readonly positionMs: number;
  readonly identity: string;
}

const placeOf = (notice: Notice): Place => ({
  shard: notice.shard,
  positionMs: notice.positionMs,
  identity: identity(notice),
});

function compare(left: Place, right: Place): number {
  if (left.shard !== right.shard) return left.shard - right.shard;
  if (left.positionMs !== right.positionMs) return left.positionMs - right.positionMs;
  if (left.identity === right.identity) return 0;
  return left.identity < right.identity ? -1 : 1;
}

/** `timed_event_notices` and `timed_event_lane`. */
export class SimulatedNoticeTables implements NoticeTables {
  readonly #rows: Rows;
  readonly #rowsPerPage: number;
  readonly #process: SimulatedProcess;
  readonly #link: Link;

  constructor(world: World, process: SimulatedProcess, link: Link) {
    this.#rows = world.rows;
    this.#rowsPerPage = world.profile.rowsPerPage;
    this.#process = process;
    this.#link = link;
  }

  writeNotice(notice: Notice): Promise<void> {
    const row: StampedNotice = { notice, stamp: this.#process.stamp() };
    const partition = partitionOf(Math.floor(notice.positionMs / BUCKET_MS), notice.shard);
    const clustering = `${notice.positionMs} ${identity(notice)}`;
    return this.#link.call({
      name: 'notice',
      kind: 'write',
      about: () => describe(notice),
      apply: () => this.#rows.putNotice(this.#rows.notices, partition, clustering, row),
    });
  }

  writeLane(notice: Notice): Promise<void> {
    const row: StampedNotice = { notice, stamp: this.#process.stamp() };
    const partition = partitionOf(Math.floor(notice.writtenMs / SLOT_MS), notice.shard);
    const clustering = `${notice.writtenMs} ${identity(notice)}`;
    return this.#link.call({
      name: 'lane',
      kind: 'write',
      about: () => describe(notice),
      apply: () => this.#rows.putNotice(this.#rows.lane, partition, clustering, row),
    });
  }

  /** Each page is read at its own moment. */
  async *readNotices(slice: NoticeSlice): AsyncIterable<readonly Notice[]> {
    let after: Place | undefined;
    for (;;) {
      const from = after;
      const page = await this.#link.call({
        name: 'notices',
        kind: 'read',
        apply: () => this.#page(slice, from),
      });
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < this.#rowsPerPage) return;
      after = placeOf(last);
    }
  }

  readLane(slot: number, shards: readonly number[], fromMs: number): Promise<readonly Notice[]> {
    return this.#link.call({
      name: 'lane read',
      kind: 'read',
      apply: () => {
        const found: Notice[] = [];
        for (const shard of shards) {
          for (const { notice } of this.#rows.lane.get(partitionOf(slot, shard))?.values() ?? []) {
            if (notice.writtenMs >= fromMs) found.push(notice);
          }
        }
        return found;
      },
    });
  }

  dropBucket(bucket: number, shard: number): Promise<void> {
    const stamp = this.#process.stamp();
    return this.#link.call({
      name: 'drop',
      kind: 'write',
      apply: () => {
        const rows = this.#rows.notices.get(partitionOf(bucket, shard));
        for (const [clustering, row] of rows ?? []) {
          if (row.stamp <= stamp) rows?.delete(clustering);
        }
      },
    });
  }

  #page({ bucket, shards, afterMs, untilMs }: NoticeSlice, from: Place | undefined): Notice[] {
    const places: { readonly place: Place; readonly notice: Notice }[] = [];
    for (const shard of shards) {
      for (const { notice } of this.#rows.notices.get(partitionOf(bucket, shard))?.values() ?? []) {
        if (notice.positionMs <= afterMs || notice.positionMs > untilMs) continue;
        const place = placeOf(notice);
        if (from === undefined || compare(place, from) > 0) places.push({ place, notice });
      }
    }
    places.sort((left, right) => compare(left.place, right.place));
    return places.slice(0, this.#rowsPerPage).map(({ notice }) => notice);
  }
}
