import { errors, types } from 'cassandra-driver';
import type { CqlSession, Page, PageRequest, Row, Statement } from '../cql-session.js';
import { optionalInt, requiredInt, requiredTime, requiredUuid } from '../row-codec.js';
import { compareInView } from '../view-order.js';
import type { SimulatedProcess } from './process.js';
import { note, type World } from './world.js';

/** How often a late row of the view comes as its key first. */
const BARE_CHANCE = 0.3;
const BATCH_FAULTS = [
  'batch lost',
  'batch answer lost',
  'batch late',
  'batch unavailable',
  'batch without applied',
  'batch not sent',
] as const;
type BatchFault = (typeof BATCH_FAULTS)[number];

const MARK_FAULTS = ['mark lost', 'mark answer lost', 'mark late'] as const;

/** A fault costs this much more than its time-out: back-off and another try. */
const AROUND_FAULT_MS = 300;
const WRITE_TIMEOUT_MS = 400;
const LATE_MS = 200;
const STORM_FACTOR = 8;
const TABLE_ROWS_MAX = 50;

function timedOut(): Error {
  return new errors.OperationTimedOutError('no reply in time (simulated)');
}

/** Between one server and the simulated Cassandra: delays, loses, doubts. */
export class SimulatedSession implements CqlSession {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  #stamp = 0;

  constructor(world: World, process: SimulatedProcess) {
    this.#world = world;
    this.#process = process;
  }

  read(statement: Statement, page: PageRequest): Promise<Page> {
    const { draws, profile, cql, time } = this.#world;
    const ofMarks = statement.query.includes('feed_marks');
    if (draws.chance(profile.readFaults)) {
      const timeoutMs = draws.between(20, WRITE_TIMEOUT_MS);
      if (this.#process.takesTrouble(timeoutMs + AROUND_FAULT_MS)) {
        note(this.#world, 'read failed', this.#process.name);
        return this.#fail(timeoutMs, timedOut());
      }
    }
    const answerMs = this.#latency(ofMarks);
    const firstMs = draws.between(0, answerMs);
    if (!ofMarks) {
      let answer: Page = { rows: [], pageState: undefined };
      time.after(firstMs, () => {
        answer = this.#page(statement, page, cql.read(statement, time.nowMs));
      });
      return this.#answer(answerMs, () => answer);
    }
    // A row at a time: each comes from the replicas at a moment of its own.
    let early: Row[] = [];
    let rows: Row[] = [];
    time.after(firstMs, () => {
      early = cql.read(statement, time.nowMs);
    });
    const secondMs = draws.between(firstMs, answerMs);
    time.after(secondMs, () => {
      this.#process.reach('marks read', answerMs - secondMs);
      const late = cql.read(statement, time.nowMs);
      rows = late.flatMap((row, index) => {
        const picked = draws.chance(0.5) ? row : early[index];
        return picked === undefined ? [] : [picked];
      });
    });
    return this.#answer(answerMs, () => ({ rows, pageState: undefined }));
  }

  /** Of marks, which are written one by one: the streams that are simulated have no names. */
  write([statement, ...more]: readonly Statement[]): Promise<void> {
    const { draws, profile, cql, tables, time } = this.#world;
    if (statement === undefined || more.length > 0) throw new TypeError('not simulated');
    const row = cql.markRow(statement);
    this.#stamp += 1;
    const stamp = this.#stamp;
    const put = (): void => {
      tables.putMark(row, stamp);
      const { beat, markMs, ackedMs, ceilingMs } = row;
      const text = `${this.#process.name} ${beat} ${markMs} ${ackedMs} ${ceilingMs}`;
      note(this.#world, 'mark', text);
    };
    const out = time.nowMs < this.#process.marksOutUntilMs || draws.chance(profile.markFaults);
    if (out && !this.#world.calm) {
      const fault = draws.pick(MARK_FAULTS);
      const timeoutMs = draws.between(20, WRITE_TIMEOUT_MS);
      note(this.#world, fault, `${this.#process.name} ${row.beat}`);
      if (fault === 'mark answer lost') time.after(draws.between(0, timeoutMs), put);
      if (fault === 'mark late') time.after(timeoutMs + draws.between(0, 1_500), put);
      return this.#fail(timeoutMs, timedOut());
    }
    const answerMs = this.#latency(true);
    const putMs = draws.between(0, answerMs);
    time.after(putMs, () => {
      put();
      this.#process.reach('mark written', answerMs - putMs);
    });
    return this.#answer(answerMs, () => undefined);
  }

  conditional(batch: readonly Statement[]): Promise<readonly Row[]> {
    const { draws, profile } = this.#world;
    const storm = profile.mode === 'storms' && draws.chance(0.3);
    const timeoutMs = draws.between(20, WRITE_TIMEOUT_MS * (storm ? STORM_FACTOR : 1));
    const { nextBatch } = this.#process;
    if (nextBatch !== undefined && !this.#world.calm) {
      this.#process.nextBatch = undefined;
      this.#process.reach(nextBatch, 1.5 * timeoutMs);
      return this.#faulty(batch, nextBatch, timeoutMs);
    }
    if (
      draws.chance(profile.writeFaults) &&
      this.#process.takesTrouble(timeoutMs + AROUND_FAULT_MS)
    ) {
      return this.#faulty(batch, draws.pick(BATCH_FAULTS), timeoutMs);
    }
    const answerMs = this.#latency(false) + draws.between(0, profile.latencyMs);
    let rows: readonly Row[] = [];
    this.#apply(batch, draws.between(0, answerMs), (answer) => {
      rows = answer;
      this.#process.reach('batch answered', 10);
    });
    return this.#answer(answerMs, () => rows);
  }

  #faulty(
    batch: readonly Statement[],
    fault: BatchFault,
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    const { draws, profile } = this.#world;
    note(this.#world, fault, this.#process.name);
    switch (fault) {
      case 'batch lost':
        return this.#fail(timeoutMs, timedOut());
      case 'batch answer lost':
        this.#apply(batch, draws.between(0, timeoutMs));
        return this.#fail(timeoutMs, timedOut());
      case 'batch late': {
        const lateMs = draws.between(0, LATE_MS * (profile.mode === 'storms' ? STORM_FACTOR : 1));
        this.#apply(batch, timeoutMs + lateMs);
        return this.#fail(timeoutMs, timedOut());
      }
      case 'batch unavailable': {
        const code = types.responseErrorCodes.unavailableException;
        return this.#fail(timeoutMs, new errors.ResponseError(code, 'simulated'));
      }
      case 'batch without applied':
        this.#apply(batch, draws.between(0, timeoutMs));
        return this.#answer(timeoutMs, () => []);
      case 'batch not sent':
        return this.#fail(5, new errors.NoHostAvailableError({}, 'simulated'));
    }
  }

  #apply(batch: readonly Statement[], afterMs: number, then?: (rows: Row[]) => void): void {
    const { time, cql, draws, profile } = this.#world;
    this.#process.inFlight += 1;
    time.after(afterMs, () => {
      this.#process.inFlight -= 1;
      const rows = cql.conditional(batch, () => {
        const slow = draws.chance(profile.slowView);
        const lagMs = slow ? draws.between(0, profile.viewLagMs) : draws.skewed(0, 40);
        if (slow) note(this.#world, 'view late', String(lagMs));
        const isBare = slow && draws.chance(BARE_CHANCE);
        if (isBare) note(this.#world, 'view bare', String(lagMs));
        const filledAtMs = time.nowMs + lagMs;
        return {
          filledAtMs,
          shownAtMs: isBare ? draws.between(time.nowMs, filledAtMs) : filledAtMs,
        };
      });
      const applied = rows[0]?.['[applied]'] === true;
      const [, insert] = batch;
      note(
        this.#world,
        applied ? 'batch applied' : 'batch refused',
        `${this.#process.name} ${insert?.params.slice(0, 4).map(paramText).join(' ')}`,
      );
      then?.(rows);
    });
  }

  #latency(ofMarks: boolean): number {
    const { draws, profile } = this.#world;
    const ms = draws.skewed(0.3, profile.latencyMs);
    if (!ofMarks || this.#world.calm || !draws.chance(profile.slowMarks)) return ms;
    note(this.#world, 'marks slow', this.#process.name);
    return draws.between(300, 1_900);
  }

  #page(statement: Statement, page: PageRequest, rows: Row[]): Page {
    const ofView = statement.query.includes('events_by_type');
    const { rowsPerPage } = this.#world.profile;
    const size = Math.min(page.fetchSize ?? rows.length, ofView ? rowsPerPage : TABLE_ROWS_MAX);
    const { pageState } = page;
    const left = pageState === undefined ? rows : rowsAfter(rows, pageState, ofView);
    if (left.length <= size) return { rows: left, pageState: undefined };
    const taken = left.slice(0, size);
    return { rows: taken, pageState: stateAfter(taken.at(-1)) };
  }

  #answer<Answer>(ms: number, answer: () => Answer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#world.time.after(ms, () => this.#process.deliver(() => resolve(answer())));
    });
  }

  #fail<Answer>(ms: number, error: Error): Promise<Answer> {
    return new Promise((_, reject) => {
      this.#world.time.after(ms, () => this.#process.deliver(() => reject(error)));
    });
  }
}

function paramText(param: unknown): string {
  return param instanceof Date ? String(param.getTime()) : String(param);
}

function stateAfter(row: Row | undefined): string | undefined {
  if (row === undefined || optionalInt(row, 'version') === undefined) return undefined;
  const place = [requiredTime(row, 'savetime'), requiredInt(row, 'version')];
  return [...place, requiredUuid(row, 'id')].join(' ');
}

function rowsAfter(rows: Row[], pageState: string, ofView: boolean): Row[] {
  const [savetime, version, stream = ''] = pageState.split(' ');
  const after = { savetimeMs: Number(savetime), version: Number(version), stream };
  return rows.filter((row) => {
    if (!ofView) return requiredInt(row, 'version') > after.version;
    const savetimeMs = requiredTime(row, 'savetime');
    if (savetimeMs !== after.savetimeMs) return savetimeMs > after.savetimeMs;
    const place = {
      savetimeMs,
      version: requiredInt(row, 'version'),
      stream: requiredUuid(row, 'id'),
    };
    return compareInView(place, after) > 0;
  });
}
