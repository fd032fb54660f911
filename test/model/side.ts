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
import { readAll } from '../conformance/event-log/feed.js';
import type { Kit } from '../conformance/event-log/kit.js';

const PAGE_BYTES = 3 * 1_048_576;

/** An event without its savetime, which differs from backend to backend. */
export type ComparableEvent = Omit<RecordedEvent, 'savetimeMs' | 'content'> & {
  readonly content: string;
};

type LoadPart = Partial<Omit<StreamQuery, 'stream'>>;

export interface Poll {
  readonly type: TypeCode;
  readonly boundary: PageBoundary;
  readonly limit: number;
  /** How many events of the type are acknowledged. */
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

/** One of the two backends, with the cursors that a reader of a run holds on it. */
export class Side {
  readonly kit: Kit;
  readonly #cursors = new Map<string, { after: FeedCursor; count: number }>();
  /** Codes that were given out for names, which differ from backend to backend. */
  readonly #allocated = new Map<string, TypeCode>();

  constructor(kit: Kit) {
    this.kit = kit;
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

  /** What came since the last poll of this type and boundary, in feed order. */
  async poll({ type, boundary, limit, acknowledged }: Poll): Promise<ComparableEvent[]> {
    const key = `${type} ${boundary}`;
    const { after, count } = this.#cursors.get(key) ?? { after: FEED_START, count: 0 };
    const query = { type, boundary, limit, after, bytesMax: PAGE_BYTES };
    const { events, next } = await readAll(this.kit, query, acknowledged - count);
    this.#cursors.set(key, { after: next, count: acknowledged });
    return events.map(comparable);
  }

  /** The whole feed of a type, from the start. */
  async readType({ type, boundary, limit, acknowledged }: Poll): Promise<ComparableEvent[]> {
    const query = { type, boundary, limit, after: FEED_START, bytesMax: PAGE_BYTES };
    return (await readAll(this.kit, query, acknowledged)).events.map(comparable);
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
