import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe } from 'node:test';
import {
  ANY_VERSION,
  attempted,
  cancelled,
  claimed,
  deleted,
  lost,
  NO_STREAM,
  parseTypeCode,
  rescheduled,
  scheduledAnew,
  STREAM_EXISTS,
  summaryOf,
  withdrawn,
  type AppendTarget,
  type CallResult,
  type TimedEvent,
  type TimedEventPlan,
  type TypeCode,
} from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import {
  assertSame,
  claimOf,
  FAR_MS,
  freshApplication,
  moment,
  newPlan,
  newUuid,
  type TimedKit,
} from './kit.js';

function requireCode(number: number): TypeCode {
  const code = parseTypeCode(number);
  assert.ok(code !== undefined);
  return code;
}

const FULL: Partial<TimedEventPlan> = {
  dueMs: FAR_MS + 123,
  target: {
    kind: 'http',
    url: 'https://example.test:8443/a%20b?c=%C3%A9',
    method: 'PATCH',
    headers: [
      { name: 'X-Twice', value: 'one' },
      { name: 'x-twice', value: '' },
      { name: 'X-Latin', value: 'caf\u00e9\ttab' },
    ],
  },
  retry: {
    attemptsMax: 100,
    firstDelayMs: 10,
    maxDelayMs: 604_800_000,
    doublings: 30,
    jitter: 0.123456789,
    maxAgeMs: 315_360_000_000,
  },
  timeoutMs: 600_000,
  retentionMs: 31_536_000_000,
};

const APPEND: AppendTarget = {
  kind: 'append',
  stream: 'za\u017c\u00f3\u0142\u0107/\u{1f600} %2F',
  type: 'Pa\u00edd',
  content: 'json',
  contentType: 'application/vnd.test+json',
  metadata: '{"":"x","correlationId":"\\"1\\"\u00e9"}',
  expected: { kind: 'exact', version: 2_147_483_646 },
};

const APPENDS: Readonly<Record<string, Partial<AppendTarget>>> = {
  'all fields': {},
  'bytes, by code, nothing besides': {
    stream: 'FADE87A1-9df9-46bb-aae6-63b2b763094d',
    type: requireCode(-2_147_483_648),
    content: 'bytes',
    contentType: undefined,
    metadata: undefined,
    expected: ANY_VERSION,
  },
  'no stream': { type: requireCode(0), expected: NO_STREAM },
  'stream exists': { type: requireCode(2_147_483_647), expected: STREAM_EXISTS },
};

const LIST = { statuses: [], fromMs: 0, untilMs: FAR_MS + 1, after: undefined, limit: 10 };

const PAYLOADS: Readonly<Record<string, Uint8Array>> = {
  'no bytes': new Uint8Array(),
  'bytes that are no text': Uint8Array.from([0, 255, 128, 10, 0]),
  'text beyond ASCII': Buffer.from('za\u017c\u00f3\u0142\u0107 \u{1f600} \0'),
  '1 MiB': randomBytes(1_048_576),
};

export function exerciseEntries(kit: TimedKit): void {
  describe('entries', () => {
    check('a key that nobody has is not found', async () => {
      assert.equal(await kit.find({ application: freshApplication(), eventId: 'x' }), undefined);
    });

    for (const [name, payload] of Object.entries(PAYLOADS)) {
      check(`an entry comes back as it was added: ${name}`, async () => {
        const key = { application: freshApplication(), eventId: 'with payload' };
        const added = await kit.add(key, { ...FULL, payload });
        assertSame(await kit.find(key), added);
      });
    }

    check('all fields come back, also the ones that may be missing', async () => {
      const application = freshApplication();
      for (const method of ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] as const) {
        const key = { application, eventId: method };
        const target = { ...newPlan().target, method };
        const added = await kit.add(key, { target, dueMs: FAR_MS - 1 });
        assertSame(await kit.find(key), added);
      }
    });

    for (const [name, change] of Object.entries(APPENDS)) {
      check(`an event to be appended comes back as it was added: ${name}`, async () => {
        const key = { application: freshApplication(), eventId: 'append' };
        const target = { ...APPEND, ...change };
        const added = await kit.add(key, { target });
        assertSame(await kit.find(key), added);
        const { events } = await kit.timedEvents.list({ ...LIST, application: key.application });
        assert.deepEqual(events, [summaryOf(added)]);
        const claim = claimOf(newUuid());
        const begun = await kit.write(added, claimed(added, claim, moment(FAR_MS)));
        assertSame(await kit.find(key), begun);
      });
    }

    check('ids may be any text; those that only look alike are others', async () => {
      const application = freshApplication();
      const names = [
        '\u{1f600}/ \u00e9',
        'e\u0301',
        '\u00e9',
        'a',
        'A',
        'a ',
        '\uffff',
        'x'.repeat(200),
      ];
      const added: TimedEvent[] = [];
      for (const name of names) {
        added.push(await kit.add({ application, eventId: name }));
        added.push(
          await kit.add({ application: `${application}${name}`.slice(-100), eventId: name }),
        );
      }
      for (const event of added) assertSame(await kit.find(event.key), event);
    });

    exerciseArrows(kit);
  });
}

function exerciseArrows(kit: TimedKit): void {
  /** An entry that is PROCESSING. */
  async function processing(plan: Partial<TimedEventPlan> = {}): Promise<TimedEvent> {
    const key = { application: freshApplication(), eventId: 'arrow' };
    const added = await kit.add(key, plan);
    return step(added, claimed(added, claimOf(newUuid(), 7), moment()));
  }

  /** Makes the change and finds what it made. */
  async function step(from: TimedEvent, to: TimedEvent | undefined): Promise<TimedEvent> {
    const written = await kit.write(from, to);
    assertSame(await kit.find(written.key), written);
    return written;
  }

  const call = (result: CallResult) => {
    return { result, startedMs: 1_700_000_000_001, durationMs: 12.5, chance: 0.5 };
  };
  const answered = (status: number, body = ''): CallResult => {
    return { kind: 'answered', status, body, retryAfterMs: undefined };
  };

  check('claimed, then withdrawn', async () => {
    const taken = await processing();
    assert.equal((await step(taken, withdrawn(taken, moment()))).state.status, 'PENDING');
  });

  check('claimed when it is too old: FAILED', async () => {
    const key = { application: freshApplication(), eventId: 'old' };
    const retry = { ...newPlan().retry, maxAgeMs: 1_000 };
    const added = await kit.add(key, { retry, dueMs: FAR_MS });
    const to = claimed(added, claimOf(newUuid()), moment(FAR_MS + 2_000));
    assert.equal((await step(added, to)).state.status, 'FAILED');
  });

  check('answered, failed and lost attempts, then COMPLETED', async () => {
    let event = await processing();
    event = await step(event, attempted(event, call(answered(503, 'no \u{1f600}')), moment()));
    event = await step(event, claimed(event, claimOf(newUuid(), 2), moment()));
    const failure = { kind: 'failed', error: 'connection refused \u00e9' } as const;
    event = await step(event, attempted(event, call(failure), moment()));
    event = await step(event, claimed(event, claimOf(newUuid(), 3), moment()));
    event = await step(event, lost(event, moment()));
    event = await step(event, claimed(event, claimOf(newUuid(), 4), moment()));
    event = await step(event, attempted(event, call(answered(204)), moment()));
    assert.equal(event.state.status, 'COMPLETED');
    assert.equal(event.attempts.length, 4);
  });

  check('a final answer and a refusal: FAILED', async () => {
    for (const result of [answered(400), { kind: 'refused', reason: 'not allowed' } as const]) {
      const taken = await processing();
      assert.equal(
        (await step(taken, attempted(taken, call(result), moment()))).state.status,
        'FAILED',
      );
    }
  });

  check('cancelled, deleted, rescheduled', async () => {
    const taken = await processing();
    assert.equal((await step(taken, cancelled(taken, moment()))).state.status, 'CANCELLED');
    const added = await kit.add({ application: freshApplication(), eventId: 'moved' });
    const moved = await step(added, rescheduled(added, FAR_MS + MOVED_MS, moment()));
    assert.equal((await step(moved, deleted(moved, moment()))).state.status, 'DELETED');
  });

  check('scheduled anew from every state, with another payload', async () => {
    const taken = await processing();
    const first = await step(taken, scheduledAnew(taken, other('one'), newUuid(), moment()));
    const gone = await step(first, deleted(first, moment()));
    const second = await step(gone, scheduledAnew(gone, other('two'), newUuid(), moment()));
    await step(second, scheduledAnew(second, other(''), newUuid(), moment()));
  });
}

const MOVED_MS = 5_000;

function other(payload: string): TimedEventPlan {
  return newPlan({ payload: Buffer.from(payload) });
}
