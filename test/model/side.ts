import assert from 'node:assert/strict';
import {
  FEED_START,
  type FeedCursor,
  type NewEvent,
  type PageBoundary,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
} from '../../src/core/index.js';
import {
  FIRST_ALLOCATED_CODE,
  type AppendOutcome,
  type StreamQuery,
} from '../../src/storage/index.js';
import { listAll } from '../conformance/event-log/directory.js';
import { listAllTypes } from '../conformance/event-log/event-types.js';
import { load } from '../conformance/event-log/expect.js';
import { readToEnd, type FeedQuery } from '../conformance/event-log/feed.js';
import type { Kit } from '../conformance/event-log/kit.js';
import { walkAll } from '../conformance/event-log/stream-walk.js';

const PAGE_BYTES = 3 * 1_048_576;

/** An event without its savetime, which differs from backend to backend. */
export type ComparableEvent = Omit<RecordedEvent, 'savetimeMs' | 'content'> & {
  readonly content: string;
};

type LoadPart = Partial<Omit<StreamQuery, 'stream'>>;

export interface Poll {
  /** Undefined: all. */
  readonly types: readonly TypeCode[] | undefined;
  readonly boundary: PageBoundary;
  readonly limit: number;
  /** How many of the run's events of the types are acknowledged. */
  readonly acknowledged: number;
}

function comparable(event: RecordedEvent): ComparableEvent {
  const { stream, streamName, version, eventId, type, contentType, metadata } = event;
  const content = contentText(event.content);
  return { stream, streamName, version, eventId, type, content, contentType, metadata };
}

function contentText(content: NewEvent['content']): string {
  if (content.kind === 'text') return `text ${content.text}`;
  return `bytes ${Buffer.from(content.bytes).toString('hex')}`;
}

/** The same for polls that go on where the other stood. */
export function keyOf({ types, boundary }: Poll): string {
  return `${types?.join(' ') ?? 'all'} ${boundary}`;
}

/** One of the two backends, with the cursors that a reader of a run holds on it. */
export class Side {
  readonly kit: Kit;
  readonly #cursors = new Map<string, { after: FeedCursor; count: number }>();
  /** Codes that were given out for names, which differ from backend to backend. */
  readonly #allocated = new Map<string, TypeCode>();

  /** Where the feed ended before the run: earlier runs have left events in it. */
  #start: FeedCursor = FEED_START;

  constructor(kit: Kit) {
    this.kit = kit;
  }

  /** To be called before the first step. */
  async begin(): Promise<void> {
    this.#start = await this.kit.backend.eventLog.feedEnd();
  }

  /** The outcomes without savetimes; these are compared with what the stream holds. */
  async append(stream: StreamRef, appends: readonly StreamAppend[]): Promise<unknown[]> {
    const outcomes = await this.kit.append(stream, ...appends);
    return Promise.all(outcomes.map((outcome) => this.#comparableOutcome(stream, outcome)));
  }

  async #comparableOutcome(stream: StreamRef, outcome: AppendOutcome): Promise<unknown> {
    switch (outcome.kind) {
      case 'appended':
      case 'duplicate': {
        const { savetimeMs, ...rest } = outcome;
        const there = await load(this.kit, stream, { fromVersion: outcome.lastVersion, limit: 1 });
        assert.equal(there[0]?.savetimeMs, savetimeMs, 'the savetime is that of the last event');
        return rest;
      }
      case 'conflict':
        return outcome;
      case 'invalid':
        return { kind: 'invalid', code: outcome.error.code };
      case 'unknown':
      case 'unavailable':
        return assert.fail(`${this.kit.backend.name} answered ${outcome.kind}`);
    }
  }

  async load(stream: StreamRef, part: LoadPart = {}): Promise<ComparableEvent[]> {
    return (await load(this.kit, stream, part)).map(comparable);
  }

  /** What came since the last poll of these types and this boundary, in feed order. */
  async poll(poll: Poll): Promise<ComparableEvent[]> {
    const { after, count } = this.#cursors.get(keyOf(poll)) ?? {
      after: this.#begin(poll),
      count: 0,
    };
    const query = this.#query(poll, after);
    const { events, next } = await readToEnd(this.kit, query, poll.acknowledged - count);
    this.#cursors.set(keyOf(poll), { after: next, count: poll.acknowledged });
    return events.map(comparable);
  }

  /** As `poll`, without reading. */
  async skipToEnd(poll: Poll): Promise<void> {
    const after = await this.kit.backend.eventLog.feedEnd();
    this.#cursors.set(keyOf(poll), { after, count: poll.acknowledged });
  }

  /** The whole feed of the run. */
  async readFeed(poll: Poll): Promise<ComparableEvent[]> {
    const query = this.#query(poll, this.#begin(poll));
    return (await readToEnd(this.kit, query, poll.acknowledged)).events.map(comparable);
  }

  /** The types are the run's own. */
  #begin({ types }: Poll): FeedCursor {
    return types === undefined ? this.#start : FEED_START;
  }

  #query({ types, boundary, limit }: Poll, after: FeedCursor): FeedQuery {
    const query = { boundary, limit, after, bytesMax: PAGE_BYTES };
    return types === undefined ? query : { ...query, types };
  }

  /** Those of the streams that a walk meets, by id. */
  async walkStreams(streams: readonly StreamRef[], limit: number): Promise<StreamRef[]> {
    const ids = new Set(streams.map(({ id }) => id));
    const walked = (await walkAll(this.kit, limit)).filter(({ id }) => ids.has(id));
    return walked.sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  listStreams(prefix: string, limit: number): Promise<string[]> {
    return listAll(this.kit, prefix, limit);
  }

  /** The code when it was declared, else that one was given out, which stays the same. */
  async codeOf(name: string): Promise<TypeCode | 'allocated'> {
    const code = await this.kit.backend.eventTypes.codeOf(name);
    if (code < FIRST_ALLOCATED_CODE) return code;
    assert.equal(this.#allocated.get(name) ?? code, code, 'a code stays');
    this.#allocated.set(name, code);
    return 'allocated';
  }

  async findCode(name: string): Promise<TypeCode | 'allocated' | undefined> {
    const code = await this.kit.backend.eventTypes.findCode(name);
    if (code === undefined || code < FIRST_ALLOCATED_CODE) return code;
    assert.equal(this.#allocated.get(name), code, 'found as it was given out');
    return 'allocated';
  }

  /** The names of these codes, and of those that were given out. */
  async namesOf(codes: readonly TypeCode[]): Promise<string[]> {
    const given = [...this.#allocated];
    const asked = [...codes, ...given.map(([, code]) => code)];
    const names = await this.kit.backend.eventTypes.namesOf(asked);
    for (const [name, code] of given) assert.equal(names.get(code), name);
    return codes
      .map((code) => `${code} ${names.get(code) ?? '(no name)'}`)
      .concat(given.map(([name]) => name).sort());
  }

  async declare(name: string, code: TypeCode): Promise<string> {
    return (await this.kit.backend.eventTypes.declare(name, code)).kind;
  }

  /** The types of a run, by code; codes that were given out are left out. */
  async listTypes(prefix: string, codes: readonly TypeCode[]): Promise<string[]> {
    const listed: string[] = [];
    for (const { code, name } of await listAllTypes(this.kit, 500)) {
      const mine = name === undefined ? codes.includes(code) : name.startsWith(prefix);
      if (!mine) continue;
      const shown = code < FIRST_ALLOCATED_CODE ? code : 'allocated';
      listed.push(`${shown} ${name ?? '(no name)'}`);
      if (shown === 'allocated') assert.equal(this.#allocated.get(name ?? ''), code);
    }
    return listed;
  }
}
