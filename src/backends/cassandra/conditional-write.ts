import type { AppError, NewEvent, StreamRef, Uuid } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { CqlSession, Row, Statement } from './cql-session.js';
import { unavailable, writeFailure } from './errors.js';
import type { Feed, OpenWrite, WrittenRow } from './feed/index.js';
import { eventColumns, timeParam, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';
import type { StreamHead, StreamHeads } from './stream-heads.js';

const BACK_OFF_FIRST_MS = 10;
const BACK_OFF_MAX_MS = 500;

/** One conditional batch: `events` after `head.version`, if the stream is still there. */
export interface ConditionalWrite {
  readonly stream: StreamRef;
  readonly head: StreamHead;
  readonly events: readonly NewEvent[];
  readonly signal: AbortSignal;
}

/**
 * How it ended. `refused`: the condition did not hold, nothing was written; `head` tells why.
 * `undecided`: the signal came first. `unavailable`: nothing has left the process.
 */
export type WriteResult =
  | { readonly kind: 'applied'; readonly savetimesMs: readonly number[] }
  | { readonly kind: 'refused'; readonly head: StreamHead }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'unavailable'; readonly error: AppError };

type Reply =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused'; readonly row: Row | undefined }
  | { readonly kind: 'not-sent' | 'undecided'; readonly error: unknown };

type Resolution =
  | { readonly kind: 'ours'; readonly savetimesMs: readonly number[] }
  | { readonly kind: 'moved'; readonly head: StreamHead }
  | { readonly kind: 'open'; readonly head: StreamHead }
  | { readonly kind: 'no-answer' };

/**
 * The registrations of one write. A try that was sent with older savetimes may still be the one
 * that applies, so all of them hold the mark until the write is decided.
 */
class Tries {
  readonly #feed: Feed;
  readonly #opened: OpenWrite[] = [];
  /** Whether a statement may have left the process. */
  sent = false;
  count = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  add(open: OpenWrite): OpenWrite {
    this.#opened.push(open);
    return open;
  }

  /** The one that may be sent again; undefined: its savetimes may be too old by now. */
  current(): OpenWrite | undefined {
    const last = this.#opened.at(-1);
    return last !== undefined && this.#feed.isCurrent(last) ? last : undefined;
  }

  /** These rows are written: their try waits for the view, the others are over. */
  won(stream: Uuid, rows: readonly WrittenRow[]): void {
    const winner = this.#opened.find((open) => open.lowestMs === rows[0]?.savetimeMs);
    for (const open of this.#opened) if (open !== winner) this.#feed.abandon(open);
    if (winner !== undefined) this.#feed.written(winner, stream, rows);
  }

  /** None of them happened, nor will. */
  close(): void {
    for (const open of this.#opened) this.#feed.abandon(open);
  }
}

/**
 * Sends conditional batches and settles the doubtful ones. Any error but a refusal of the statement
 * leaves a batch undecided: it may have been applied, or may be later. Then a serial read tells
 * whether our events are there or the stream has moved on; where it has not, the same events are
 * sent again, so that at most one of the tries can apply.
 */
export class ConditionalWriter {
  readonly #session: CqlSession;
  readonly #statements: Statements;
  readonly #heads: StreamHeads;
  readonly #feed: Feed;
  readonly #components: Components;

  constructor(
    parts: {
      readonly session: CqlSession;
      readonly statements: Statements;
      readonly heads: StreamHeads;
      readonly feed: Feed;
    },
    components: Components,
  ) {
    this.#session = parts.session;
    this.#statements = parts.statements;
    this.#heads = parts.heads;
    this.#feed = parts.feed;
    this.#components = components;
  }

  async write(write: ConditionalWrite): Promise<WriteResult> {
    const tries = new Tries(this.#feed);
    try {
      return await this.#decide(write, tries);
    } finally {
      const { metrics } = this.#components;
      if (tries.count > 0) metrics.observe('cassadra_lwt_tries', { of: 'append' }, tries.count);
    }
  }

  async #decide(write: ConditionalWrite, tries: Tries): Promise<WriteResult> {
    for (let attempt = 0; ; attempt += 1) {
      if (write.signal.aborted) {
        return tries.sent ? { kind: 'undecided' } : giveUp(tries, undefined);
      }
      let open: OpenWrite;
      try {
        open = tries.current() ?? tries.add(await this.#register(write));
      } catch (error) {
        if (!tries.sent) return giveUp(tries, error);
        await this.#pause(attempt, write.signal);
        continue;
      }
      tries.count += 1;
      const reply = await this.#send(write, open, attempt);
      if (reply.kind === 'applied') return this.#applied(write, tries, open.savetimesMs);
      if (reply.kind === 'not-sent' && !tries.sent) return giveUp(tries, reply.error);
      if (reply.kind === 'refused' && !tries.sent) return this.#refused(write, tries, reply.row);
      if (reply.kind === 'undecided') {
        tries.sent = true;
        this.#components.metrics.add('cassadra_lwt_undecided_total', { of: 'append' });
      }
      const resolution = await this.#resolve(write);
      if (resolution.kind === 'ours') return this.#applied(write, tries, resolution.savetimesMs);
      // Refused at an unmoved version: the savetime was the reason, and is for every earlier try.
      const hopeless = resolution.kind === 'open' && reply.kind === 'refused';
      if (resolution.kind === 'moved' || hopeless) {
        tries.close();
        return { kind: 'refused', head: resolution.head };
      }
      await this.#pause(attempt, write.signal);
    }
  }

  async #register(write: ConditionalWrite): Promise<OpenWrite> {
    const { head, stream, events, signal } = write;
    const lastMs =
      head.lastSavetimeMs === null
        ? await this.#heads.lastRowSavetime(stream.id)
        : head.lastSavetimeMs;
    return this.#feed.open(lastMs === undefined ? 0 : lastMs + 1, events, signal);
  }

  async #send(write: ConditionalWrite, open: OpenWrite, attempt: number): Promise<Reply> {
    try {
      const rows = await this.#session.conditional(this.#batch(write, open), {
        routingKey: uuidParam(write.stream.id).getBuffer(),
        attempt,
        maySend: () => this.#feed.isCurrent(open),
      });
      const applied: unknown = rows[0]?.['[applied]'];
      if (applied === true) return { kind: 'applied' };
      if (applied === false) return { kind: 'refused', row: rows[0] };
      return { kind: 'undecided', error: new Error('no [applied] in the answer') };
    } catch (error) {
      const failure = writeFailure(error);
      this.#components.logger.debug({ failure, error: String(error) }, 'conditional write failed');
      return { kind: failure === 'undecided' ? 'undecided' : 'not-sent', error };
    }
  }

  #batch(write: ConditionalWrite, open: OpenWrite): Statement[] {
    const { stream, head, events } = write;
    const id = uuidParam(stream.id);
    const version = head.version + events.length;
    const last = timeParam(open.highestMs);
    const condition: Statement =
      head.version === 0
        ? { query: this.#statements.createStream, params: [id, version, last] }
        : head.lastSavetimeMs === null
          ? {
              query: this.#statements.advanceUndatedStream,
              params: [version, last, id, head.version],
            }
          : {
              query: this.#statements.advanceStream,
              params: [version, last, id, head.version, timeParam(open.lowestMs)],
            };
    const inserts = events.map((event, index) => ({
      query: this.#statements.insertEvent,
      params: [
        id,
        head.version + 1 + index,
        timeParam(open.savetimesMs[index] ?? open.highestMs),
        ...eventColumns(event, stream.name),
      ],
    }));
    return [condition, ...inserts];
  }

  /** What a serial read says of a batch whose outcome is not known. */
  async #resolve(write: ConditionalWrite): Promise<Resolution> {
    const { stream, head, events } = write;
    try {
      const now = await this.#heads.read(stream.id, 'serial');
      if (now.version === head.version) return { kind: 'open', head: now };
      const rows = await this.#heads.rowsBetween(
        stream.id,
        head.version + 1,
        head.version + events.length,
      );
      const ours =
        rows.length === events.length &&
        rows.every((row, index) => row.eventId === events[index]?.eventId);
      return ours
        ? { kind: 'ours', savetimesMs: rows.map((row) => row.savetimeMs) }
        : { kind: 'moved', head: now };
    } catch {
      return { kind: 'no-answer' };
    }
  }

  #applied(write: ConditionalWrite, tries: Tries, savetimesMs: readonly number[]): WriteResult {
    const rows: WrittenRow[] = write.events.map((event, index) => {
      const savetimeMs = savetimesMs[index];
      if (savetimeMs === undefined) throw new TypeError('a written event without a savetime');
      return { type: event.type, savetimeMs, version: write.head.version + 1 + index };
    });
    tries.won(write.stream.id, rows);
    return { kind: 'applied', savetimesMs };
  }

  /** A refused first try. The answer tells the static columns; where it does not, they are read. */
  async #refused(
    write: ConditionalWrite,
    tries: Tries,
    row: Row | undefined,
  ): Promise<WriteResult> {
    tries.close();
    if (row?.['current_version'] !== undefined) {
      return { kind: 'refused', head: this.#heads.fromRow(row, true) };
    }
    try {
      return { kind: 'refused', head: await this.#heads.read(write.stream.id, 'serial') };
    } catch (error) {
      return giveUp(tries, error);
    }
  }

  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { timers, random } = this.#components;
    const longestMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(attempt, 10));
    await timers.sleep(longestMs * (0.5 + random.next() / 2), signal);
  }
}

function giveUp(tries: Tries, error: unknown): WriteResult {
  tries.close();
  return { kind: 'unavailable', error: unavailable(error) };
}
