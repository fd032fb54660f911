import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  ANY_VERSION,
  parseTypeCode,
  requireUuid,
  STREAM_NAMESPACE,
  type ExpectedVersion,
  type NewEvent,
  type PageBoundary,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
} from '../../../src/core/index.js';
import { systemIds } from '../../../src/runtime/index.js';
import type { AppendOutcome, Backend, Capabilities } from '../../../src/storage/index.js';

/** What an API that stands before a backend may not have. */
export type Gap =
  | 'whole milliseconds'
  | 'pages of all events'
  | 'declaring given codes'
  | 'pages of lists'
  | 'many calls';

/** Why there are these: what needs them is skipped, and the reason printed. */
export type Gaps = Readonly<Partial<Record<Gap, string>>>;

/** An open backend, and how to get rid of it with all its data. */
export interface BackendUnderTest {
  readonly backend: Backend;
  /** None when the ports themselves are tested. */
  readonly gaps?: Gaps;
  /** Closes this one if need be and opens the same data again; only where data outlive `close`. */
  readonly reopen?: () => Promise<BackendUnderTest>;
  cleanup(): Promise<void>;
}

export type BackendFactory = () => Promise<BackendUnderTest>;

const TEST_TIMEOUT_MS = 60_000;
/** An append that is still in doubt after this is answered `unknown`, which fails the test. */
const APPEND_TIMEOUT_MS = 30_000;

/** The open backend, shared by all tests of a run; each test uses streams and types of its own. */
export class Kit {
  #opened: BackendUnderTest | undefined;
  #capabilities: Capabilities | undefined;
  /** Below the codes that are given out, and in a range that no test chooses itself. */
  #lastCode = 1_000_000 + Math.floor(Math.random() * 900_000_000);

  open(opened: BackendUnderTest): void {
    this.#opened = opened;
    this.#capabilities ??= { ...opened.backend.capabilities };
  }

  get underTest(): BackendUnderTest {
    assert.ok(this.#opened, 'the backend is open');
    return this.#opened;
  }

  get backend(): Backend {
    return this.underTest.backend;
  }

  /** As they were when the backend was opened first. */
  get capabilities(): Capabilities {
    assert.ok(this.#capabilities, 'the backend has been opened');
    return this.#capabilities;
  }

  /** Skips the test when there is such a gap. */
  lacks(t: TestContext, gap: Gap): boolean {
    const reason = this.gaps[gap];
    if (reason !== undefined) t.skip(`gap ${gap}: ${reason}`);
    return reason !== undefined;
  }

  /** Skips the test when no page ends like this. */
  lacksBoundary(t: TestContext, boundary: PageBoundary): boolean {
    return boundary === 'millisecond' && this.lacks(t, 'whole milliseconds');
  }

  get gaps(): Gaps {
    return this.underTest.gaps ?? {};
  }

  /** For pages that end at a whole millisecond where there are such. */
  get wholeMs(): PageBoundary {
    return this.gaps['whole milliseconds'] === undefined ? 'millisecond' : 'event';
  }

  /** That limit for pages of all events, where they have one. */
  limitOfAll(limit: number): number {
    return this.gaps['pages of all events'] === undefined ? limit : 10_000;
  }

  /** How often something is repeated: `few` times where calls take long. */
  rounds(many: number, few: number): number {
    const isQuick = this.capabilities.feed === 'ordered' && this.gaps['many calls'] === undefined;
    return isQuick ? many : few;
  }

  /** How long the pages of a list are to be; the longest is enough where nobody can choose. */
  listLimits(...limits: readonly number[]): readonly number[] {
    return this.gaps['pages of lists'] === undefined ? limits : [Math.max(...limits)];
  }

  freshCode(): number {
    return (this.#lastCode += 1);
  }

  freshType(): TypeCode {
    return typeCode(this.freshCode());
  }

  async append(stream: StreamRef, ...appends: StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const signal = AbortSignal.timeout(APPEND_TIMEOUT_MS);
    const outcomes = await this.backend.eventLog.append({ stream, appends, signal });
    assert.equal(outcomes.length, appends.length, 'one outcome for each append');
    return outcomes;
  }

  async appendOne(stream: StreamRef, append: StreamAppend): Promise<AppendOutcome> {
    const [outcome] = await this.append(stream, append);
    assert.ok(outcome);
    return outcome;
  }

  /** Appends what a test builds on; anything but success fails it at once. */
  async write(stream: StreamRef, ...events: NewEvent[]): Promise<void> {
    const outcome = await this.appendOne(stream, appendOf(ANY_VERSION, ...events));
    assert.equal(outcome.kind, 'appended');
  }

  currentVersion(stream: StreamRef): Promise<number> {
    return this.backend.eventLog.currentVersion(stream.id);
  }
}

/** A test that fails rather than hangs. */
export function check(name: string, body: (t: TestContext) => Promise<void>): void {
  test(name, { timeout: TEST_TIMEOUT_MS }, body);
}

export function typeCode(code: number): TypeCode {
  const type = parseTypeCode(code);
  assert.ok(type !== undefined, `${code} is an int32`);
  return type;
}

/** A stream whose id is a plain UUID. */
export function freshStream(): StreamRef {
  return { id: requireUuid(systemIds.newId()), name: undefined };
}

/** The stream of a name, as the service would make it. */
export function namedStream(name: string): StreamRef {
  return { id: requireUuid(systemIds.nameId(name, STREAM_NAMESPACE)), name };
}

/** A text that no other test uses. */
export function freshName(): string {
  return `kit-${systemIds.newId()}`;
}

/** A new event with an id of its own and a short text, changed where asked. */
export function newEvent(type: TypeCode, change: Partial<NewEvent> = {}): NewEvent {
  const eventId = requireUuid(systemIds.newId());
  const content = { kind: 'text', text: `text of ${eventId}` } as const;
  return { eventId, type, content, contentType: undefined, metadata: undefined, ...change };
}

export function newEvents(type: TypeCode, count: number): NewEvent[] {
  return Array.from({ length: count }, () => newEvent(type));
}

/** An append whose ids the caller chose, so that it may be a retry. */
export function appendOf(expected: ExpectedVersion, ...events: NewEvent[]): StreamAppend {
  return { expected, events, freshIds: false };
}

/** Calls until the answer is not undefined; fails after `timeoutMs`. */
export async function until<Answer>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const giveUp = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(!giveUp.aborted, `${what} did not come true within ${timeoutMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
