import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  FindByIDRequest,
  FindByTypeRequest,
  FindResponse,
  UpdateRequest,
} from '../../src/gen/storegrpc/grpc-store.js';
import { hex, RawCaller, type Method, type RawAnswer, type RawOptions } from './raw-caller.js';
import { LOCAL_BACKENDS, serve, type StoreUnderTest } from './store-under-test.js';

const INVALID_ARGUMENT = 3;

let id = '';

interface UpdateFields {
  readonly id?: string;
  readonly version?: number;
  readonly payloads?: readonly string[];
}

function update({ id: stream = id, version = 0, payloads = ['{}'] }: UpdateFields): Buffer {
  const events = payloads.map((payload) => ({ type: 1, payload }));
  return Buffer.from(UpdateRequest.encode({ id: stream, version, events }).finish());
}

const idField = (): string => `0a24 ${Buffer.from(id).toString('hex')}`;

interface BadRequest {
  readonly title: string;
  readonly method?: Method;
  readonly bytes: () => Buffer;
  readonly metadata?: RawOptions['metadata'];
  readonly reason: string;
  readonly message: RegExp;
}

const APPEND_ID = 'cassadra-append-id';

const BAD_REQUESTS: readonly BadRequest[] = [
  {
    title: 'malformed UUID',
    bytes: () => update({ id: 'fade87a1-9df9-46bb-aae6' }),
    reason: 'INVALID_ARGUMENT',
    message: /^id must be a UUID/,
  },
  {
    title: 'no id',
    bytes: () => update({ id: '' }),
    reason: 'INVALID_ARGUMENT',
    message: /^id must be a UUID/,
  },
  {
    title: 'malformed UUID in FindByID',
    method: 'FindByID',
    bytes: () => Buffer.from(FindByIDRequest.encode({ id: 'patient-1' }).finish()),
    reason: 'INVALID_ARGUMENT',
    message: /^id must be a UUID/,
  },
  {
    title: 'negative version',
    bytes: () => update({ version: -1 }),
    reason: 'INVALID_ARGUMENT',
    message: /^version must be a whole number from 0/,
  },
  {
    title: 'version 2147483647',
    bytes: () => update({ version: 2_147_483_647 }),
    reason: 'LIMIT_EXCEEDED',
    message: /^version is 2147483647, over the limit of 2147483646/,
  },
  {
    title: 'no events',
    bytes: () => update({ payloads: [] }),
    reason: 'INVALID_ARGUMENT',
    message: /^events must not be empty/,
  },
  {
    title: 'payload over the limit',
    bytes: () => update({ payloads: ['{}', 'x'.repeat(1_048_577)] }),
    reason: 'LIMIT_EXCEEDED',
    message: /^events\[1\]\.payload is 1048577 bytes, over the limit of 1048576/,
  },
  {
    title: 'payload over the limit in bytes, not in characters',
    bytes: () => update({ payloads: ['é'.repeat(524_289)] }),
    reason: 'LIMIT_EXCEEDED',
    message: /^events\[0\]\.payload is 1048578 bytes/,
  },
  {
    title: '1,001 events',
    bytes: () => update({ payloads: Array.from({ length: 1_001 }, () => '{}') }),
    reason: 'LIMIT_EXCEEDED',
    message: /^events is 1001, over the limit of 1000/,
  },
  {
    title: 'an append over 4 MiB',
    bytes: () => update({ payloads: Array.from({ length: 5 }, () => 'x'.repeat(1_000_000)) }),
    reason: 'LIMIT_EXCEEDED',
    message: /^events is 5000000 bytes, over the limit of 4194304/,
  },
  {
    title: 'invalid UTF-8 in a payload',
    bytes: () => hex(idField(), '1a05 0801 1201 ff'),
    reason: 'INVALID_ARGUMENT',
    message: /not valid UTF-8/,
  },
  {
    title: 'half a surrogate pair in UTF-8',
    bytes: () => hex(idField(), '1a07 0801 1203 eda080'),
    reason: 'INVALID_ARGUMENT',
    message: /not valid UTF-8/,
  },
  {
    title: 'invalid UTF-8 in an id',
    bytes: () => hex('0a02 c328'),
    reason: 'INVALID_ARGUMENT',
    message: /not valid UTF-8/,
  },
  {
    title: 'bytes that end too early',
    bytes: () => update({}).subarray(0, -1),
    reason: 'INVALID_ARGUMENT',
    message: /not a message/,
  },
  {
    title: 'a stray end of group, behind which events would be lost',
    bytes: () => Buffer.concat([update({}), hex('1c'), update({})]),
    reason: 'INVALID_ARGUMENT',
    message: /not a message/,
  },
  {
    title: 'an event whose payload runs over its end',
    bytes: () => hex(idField(), '1a04 0801 1205 61', '1a04 0801 1200'),
    reason: 'INVALID_ARGUMENT',
    message: /not a message/,
  },
  {
    title: 'field number 0',
    bytes: () => Buffer.concat([update({}), hex('0001')]),
    reason: 'INVALID_ARGUMENT',
    message: /not a message/,
  },
  {
    title: 'groups without end',
    bytes: () => Buffer.alloc(1_000_000, 0x2b),
    reason: 'INVALID_ARGUMENT',
    message: /not a message/,
  },
  {
    title: 'an append id that is no UUID',
    bytes: () => update({}),
    metadata: { [APPEND_ID]: 'once' },
    reason: 'INVALID_ARGUMENT',
    message: /^cassadra-append-id must be one UUID/,
  },
  {
    title: 'two append ids',
    bytes: () => update({}),
    metadata: { [APPEND_ID]: `${randomUUID()}, ${randomUUID()}` },
    reason: 'INVALID_ARGUMENT',
    message: /^cassadra-append-id must be one UUID/,
  },
];

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  describe(`bad input on ${name}`, () => {
    let store: StoreUnderTest;
    let caller: RawCaller;
    let closeAll: () => Promise<void>;

    before(async () => {
      const opened = await open();
      store = await serve(() => opened.backend);
      caller = new RawCaller(store.address);
      closeAll = async () => {
        caller.close();
        await store.stop();
        await opened.remove();
      };
    });

    after(() => closeAll());

    const findById = async (stream: string): Promise<FindResponse> => {
      const request = Buffer.from(FindByIDRequest.encode({ id: stream }).finish());
      const { code, response } = await caller.call('FindByID', request);
      assert.equal(code, 0);
      return FindResponse.decode(Buffer.from(response, 'hex'));
    };

    const findByType = async (request: Partial<FindByTypeRequest>): Promise<FindResponse> => {
      const full = { type: 1, since: 0n, batchSize: 0, ...request };
      const bytes = Buffer.from(FindByTypeRequest.encode(full).finish());
      const { code, response } = await caller.call('FindByType', bytes);
      assert.equal(code, 0);
      return FindResponse.decode(Buffer.from(response, 'hex'));
    };

    for (const { title, method = 'Update', bytes, metadata, reason, message } of BAD_REQUESTS) {
      test(`${title}: INVALID_ARGUMENT, nothing written`, async () => {
        id = randomUUID();
        const options = metadata === undefined ? {} : { metadata };
        const answer = await caller.call(method, bytes(), options);
        assert.equal(answer.code, INVALID_ARGUMENT, answer.message);
        assert.match(answer.message, message);
        assert.ok(answer.details.includes(reason));
        assert.deepEqual((await findById(id)).events, []);
      });
    }

    const accepted = (answer: RawAnswer): void =>
      assert.deepEqual([answer.code, answer.message, answer.response], [0, '', '0801']);

    test('what looks odd but is right is served', async () => {
      id = randomUUID();
      const unknownFields = hex(
        '2005',
        '2a03616263',
        '3d01020304',
        '410102030405060708',
        '4b0801 4c',
      );
      accepted(await caller.call('Update', Buffer.concat([update({}), unknownFields])));
      accepted(await caller.call('Update', update({ id: id.toUpperCase(), version: 1 })));
      accepted(
        await caller.call('Update', update({ version: 2, payloads: ['', '\uFEFF\u0000é😀'] })),
      );
      const { events } = await findById(id);
      assert.deepEqual(
        events.map((event) => event.payload),
        ['{}', '{}', '', '\uFEFF\u0000é😀'],
      );
      assert.ok(events.every((event) => event.id === id && event.savetime > 0n));
    });

    test('sizes and times out of range are taken for the nearest that make sense', async () => {
      id = randomUUID();
      accepted(await caller.call('Update', update({})));
      for (const request of [{ batchSize: 1_000_000 }, { batchSize: -1 }, { since: -1n }]) {
        const found = await findByType(request);
        assert.ok(found.success && found.events.length > 0);
        assert.equal(found.latest, found.events.at(-1)?.savetime);
      }
      for (const since of [4_102_444_800_000n, 9_223_372_036_854_775_807n]) {
        assert.deepEqual(await findByType({ since }), {
          success: true,
          error: '',
          latest: 0n,
          events: [],
        });
      }
      assert.deepEqual((await findByType({ type: -2_147_483_648 })).events, []);
    });

    test('the limits themselves are accepted', async () => {
      id = randomUUID();
      const thousand = Array.from({ length: 1_000 }, () => '{}');
      accepted(await caller.call('Update', update({ payloads: thousand })));
      const large = ['x'.repeat(1_048_576)];
      accepted(await caller.call('Update', update({ version: 1_000, payloads: large })));
      assert.equal((await findById(id)).events.length, 1_001);
    });
  });
}
