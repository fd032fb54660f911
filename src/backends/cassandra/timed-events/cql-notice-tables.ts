import type { Timers } from '../../../runtime/index.js';
import type { CqlSession, Page, Param, Row } from '../cql-session.js';
import { GroupedWrites } from '../grouped-writes.js';
import {
  optionalInt,
  optionalText,
  requiredTime,
  requiredUuid,
  timeParam,
  uuidParam,
} from '../row-codec.js';
import { bucketOf, slotOf } from './time-slices.js';
import type { Notice, NoticeSlice, NoticeTables } from './timed-tables.js';

const PAGE_ROWS = 1_000;
const COLUMNS = 'application, event_id, generation, next, written, position, destination';

/** `timed_event_notices` and `timed_event_lane` over the driver. */
export class CqlNoticeTables implements NoticeTables {
  readonly #session: CqlSession;
  readonly #notices: GroupedWrites;
  readonly #lane: GroupedWrites;
  readonly #insertNotice: string;
  readonly #insertLane: string;
  readonly #selectNotices: string;
  readonly #selectLane: string;
  readonly #dropBucket: string;

  constructor(session: CqlSession, keyspace: string, timers: Timers) {
    const notices = `${keyspace}.timed_event_notices`;
    const lane = `${keyspace}.timed_event_lane`;
    const values = '(?, ?, ?, ?, ?, ?, ?, ?, ?)';
    this.#session = session;
    this.#notices = new GroupedWrites(session, 'feed', timers);
    this.#lane = new GroupedWrites(session, 'feed', timers);
    this.#insertNotice = `INSERT INTO ${notices} (bucket, shard, ${COLUMNS}) VALUES ${values}`;
    this.#insertLane = `INSERT INTO ${lane} (slot, shard, ${COLUMNS}) VALUES ${values}`;
    this.#selectNotices =
      `SELECT shard, ${COLUMNS} FROM ${notices} ` +
      'WHERE bucket = ? AND shard IN ? AND position > ? AND position <= ?';
    this.#selectLane = `SELECT shard, ${COLUMNS} FROM ${lane} WHERE slot = ? AND shard IN ? AND written >= ?`;
    this.#dropBucket = `DELETE FROM ${notices} WHERE bucket = ? AND shard = ?`;
  }

  async writeNotice(notice: Notice): Promise<void> {
    const bucket = bucketOf(notice.positionMs);
    const params = [bucket, ...noticeParams(notice)];
    await this.#notices.write(`${bucket} ${notice.shard}`, { query: this.#insertNotice, params });
  }

  async writeLane(notice: Notice): Promise<void> {
    const slot = slotOf(notice.writtenMs);
    const params = [slot, ...noticeParams(notice)];
    await this.#lane.write(`${slot} ${notice.shard}`, { query: this.#insertLane, params });
  }

  async *readNotices(slice: NoticeSlice): AsyncIterable<readonly Notice[]> {
    const { bucket, shards, afterMs, untilMs } = slice;
    const params = [bucket, shards, timeParam(afterMs), timeParam(untilMs)];
    const query = this.#selectNotices;
    yield* this.#pages({ query, params });
  }

  async readLane(
    slot: number,
    shards: readonly number[],
    fromMs: number,
  ): Promise<readonly Notice[]> {
    const params = [slot, shards, timeParam(fromMs)];
    const notices: Notice[] = [];
    for await (const page of this.#pages({ query: this.#selectLane, params })) {
      notices.push(...page);
    }
    return notices;
  }

  async dropBucket(bucket: number, shard: number): Promise<void> {
    await this.#session.write([{ query: this.#dropBucket, params: [bucket, shard] }], 'feed');
  }

  async *#pages(statement: {
    readonly query: string;
    readonly params: readonly Param[];
  }): AsyncIterable<readonly Notice[]> {
    let pageState: string | undefined;
    do {
      const page: Page = await this.#session.read(statement, {
        level: 'feed',
        fetchSize: PAGE_ROWS,
        ...(pageState === undefined ? {} : { pageState }),
      });
      yield page.rows.map(noticeOf);
      pageState = page.pageState;
    } while (pageState !== undefined);
  }
}

function noticeParams(notice: Notice): Param[] {
  return [
    notice.shard,
    notice.key.application,
    notice.key.eventId,
    uuidParam(notice.generation),
    timeParam(notice.nextMs),
    timeParam(notice.writtenMs),
    timeParam(notice.positionMs),
    notice.destination,
  ];
}

function noticeOf(row: Row): Notice {
  return {
    key: {
      application: optionalText(row, 'application') ?? '',
      eventId: optionalText(row, 'event_id') ?? '',
    },
    generation: requiredUuid(row, 'generation'),
    nextMs: requiredTime(row, 'next'),
    destination: optionalText(row, 'destination') ?? '',
    shard: optionalInt(row, 'shard') ?? 0,
    positionMs: requiredTime(row, 'position'),
    writtenMs: requiredTime(row, 'written'),
  };
}
