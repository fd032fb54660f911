import { types } from 'cassandra-driver';
import { finishedMsOf, type TimedEvent, type TimedEventKey } from '../../../core/index.js';
import type { TimedEventChange } from '../../../storage/index.js';
import type { CqlSession, Param, Statement } from '../cql-session.js';
import { partitionKey } from '../partition-key.js';
import { optionalUuid, timeParam, uuidParam } from '../row-codec.js';
import { encodePlan } from './entry-codec.js';
import { attemptsParam, entryOf, STATE_COLUMNS, stateParams } from './entry-row.js';
import type { EntryTable, WriteAnswer, WriteTry } from './timed-tables.js';

/** The columns that a step leaves alone, and some more; `attempts` is written beside them. */
const GENERATION_COLUMNS =
  'generation = ?, change = ?, due = ?, created = ?, updated = ?, plan = ?, payload = ?';
const DELETED_MS = 600_000;
const OF_KEY = 'WHERE application = ? AND event_id = ?';

/** `timed_events` over the driver. Each row changes by conditional statements only. */
export class CqlEntryTable implements EntryTable {
  readonly #session: CqlSession;
  readonly #select: string;
  readonly #create: string;
  readonly #begin: string;
  readonly #step: string;
  readonly #finish: string;

  constructor(session: CqlSession, keyspace: string) {
    const table = `${keyspace}.timed_events`;
    this.#session = session;
    this.#select =
      'SELECT generation, change, status, next, due, poller, epoch, claimed, finished, reason, ' +
      `created, updated, plan, payload, attempts FROM ${table} ${OF_KEY}`;
    this.#create =
      `UPDATE ${table} SET ${GENERATION_COLUMNS}, ${STATE_COLUMNS}, attempts = attempts + ? ` +
      `${OF_KEY} IF change = null`;
    this.#begin =
      `UPDATE ${table} SET ${GENERATION_COLUMNS}, ${STATE_COLUMNS}, attempts = ? ` +
      `${OF_KEY} IF change = ?`;
    this.#step =
      `UPDATE ${table} SET change = ?, due = ?, updated = ?, ${STATE_COLUMNS}, ` +
      `attempts = attempts + ? ${OF_KEY} IF change = ?`;
    this.#finish =
      `UPDATE ${table} USING TTL ? SET ${GENERATION_COLUMNS}, ${STATE_COLUMNS}, attempts = ? ` +
      `${OF_KEY} IF change = ?`;
  }

  async read(key: TimedEventKey, level: 'latest' | 'serial'): Promise<TimedEvent | undefined> {
    const { rows } = await this.#session.read(
      { query: this.#select, params: [key.application, key.eventId] },
      { level: level === 'serial' ? 'serial' : 'feed' },
    );
    const [row] = rows;
    return row === undefined ? undefined : entryOf(key, row);
  }

  async write(change: TimedEventChange, { attempt, maySend }: WriteTry): Promise<WriteAnswer> {
    const { key } = change.to;
    const routingKey = partitionKey([key.application, key.eventId]);
    const rows = await this.#session.conditional([this.#statement(change)], {
      routingKey,
      attempt,
      maySend,
      level: 'feed',
    });
    const [row] = rows;
    const applied: unknown = row?.['[applied]'];
    if (row === undefined || typeof applied !== 'boolean') {
      throw new TypeError('the answer to a conditional statement lacks [applied]');
    }
    if (applied) return { kind: 'applied' };
    return { kind: 'differs', change: optionalUuid(row, 'change') };
  }

  #statement({ from, to }: TimedEventChange): Statement {
    const key: Param[] = [to.key.application, to.key.eventId];
    const { attempts, plan, state } = to;
    if (from === undefined) {
      const unset = types.unset;
      const columns = [...generationParams(to), ...stateParams(state, unset)];
      return { query: this.#create, params: [...columns, attemptsParam(attempts), ...key] };
    }
    const condition = [...key, uuidParam(from.change)];
    if (finishedMsOf(to) !== undefined) {
      // everything again, so that all of the row expires together
      const ttl = Math.ceil(keptMs(to) / 1_000);
      const columns = [ttl, ...generationParams(to), ...stateParams(state, null)];
      const log = attempts.length === 0 ? types.unset : attemptsParam(attempts);
      return { query: this.#finish, params: [...columns, log, ...condition] };
    }
    if (writesAllOf(from, to)) {
      const columns = [...generationParams(to), ...stateParams(state, null)];
      const log = attempts.length === 0 ? null : attemptsParam(attempts);
      return { query: this.#begin, params: [...columns, log, ...condition] };
    }
    const columns = [uuidParam(to.change), timeParam(plan.dueMs), timeParam(to.updatedMs)];
    const log = attemptsParam(attempts.slice(from.attempts.length));
    const step = [...columns, ...stateParams(state, null), log, ...condition];
    return { query: this.#step, params: step };
  }
}

/** Of a replay: the row of what was finished has a TTL. Only tasks get another payload. */
function writesAllOf(from: TimedEvent, to: TimedEvent): boolean {
  if (from.generation !== to.generation || finishedMsOf(from) !== undefined) return true;
  return from.plan.payload !== to.plan.payload;
}

/** A deleted one stays for longer than any add of it can be under way. */
function keptMs({ plan, state }: TimedEvent): number {
  return state.status === 'DELETED' ? Math.max(plan.retentionMs, DELETED_MS) : plan.retentionMs;
}

function generationParams(event: TimedEvent): Param[] {
  return [
    uuidParam(event.generation),
    uuidParam(event.change),
    timeParam(event.plan.dueMs),
    timeParam(event.createdMs),
    timeParam(event.updatedMs),
    encodePlan(event.plan),
    Buffer.from(event.plan.payload),
  ];
}
