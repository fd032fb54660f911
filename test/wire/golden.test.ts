import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import {
  FindByIDRequest,
  FindByTypeRequest,
  FindResponse,
  UpdateRequest,
  UpdateResponse,
} from '../../src/gen/storegrpc/grpc-store.js';
import { FakeTime, projectDirectory } from '../../src/runtime/index.js';
import { hex, RawCaller, type RawAnswer } from './raw-caller.js';
import { serve, testComponents, type StoreUnderTest } from './store-under-test.js';

// Written by hand from the proto file. A change here breaks programs in the field.

const ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
const ID_FIELD = '0a24 66616465383761312d396466392d343662622d616165362d363362326237363330393464';
/** 1,700,000,000,000 as a varint: the savetime of everything below. */
const SAVETIME = '80d095ffbc31';
const EVENT_AAA = `080b 1203 616161`;
const EVENT_BBB = `0816 1203 626262`;

const UPDATE_NEW = hex(ID_FIELD, `1a07 ${EVENT_AAA}`);
const UPDATE_AT_1 = hex(ID_FIELD, '1001', `1a07 ${EVENT_BBB}`, '1a07 0821 1203 636363');
const UPDATED = hex('0801').toString('hex');
const FIND_BY_ID = hex(ID_FIELD);
const FOUND_AAA = `2234 ${ID_FIELD} 100b 1a03 616161 20 ${SAVETIME}`;
const FOUND_BY_ID = hex('0801', `18 ${SAVETIME}`, FOUND_AAA);
const FIND_BY_TYPE = hex('080b', '18 64');
const FIND_SINCE = hex('080b', '10 ffcf95ffbc31', '18 64');
const FIND_SINCE_LATEST = hex('080b', `10 ${SAVETIME}`, '18 64');
const NOTHING_FOUND = hex('0801').toString('hex');
const CONFLICT_DETAILS = hex(
  '080a',
  '1219 6f7074696d6973746963206c6f636b696e67206661696c6564',
  '1a5e',
  '0a28 747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4572726f72496e666f',
  '1232 0a10 56455253494f4e5f434f4e464c494354 1208 6361737361647261',
  '1a14 0a0f 63757272656e745f76657273696f6e 1201 31',
);

let store: StoreUnderTest;
let caller: RawCaller;

before(async () => {
  const components = testComponents(new FakeTime(1_700_000_000_000));
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  store = await serve(() => backend);
  caller = new RawCaller(store.address);
});

after(async () => {
  caller.close();
  await store.stop();
});

function ok(answer: RawAnswer, response: string): void {
  assert.deepEqual([answer.code, answer.message, answer.response], [0, '', response]);
}

test('the three calls, byte for byte', async () => {
  ok(await caller.call('FindByID', FIND_BY_ID), NOTHING_FOUND);
  ok(await caller.call('Update', UPDATE_NEW), UPDATED);
  ok(await caller.call('FindByID', FIND_BY_ID), FOUND_BY_ID.toString('hex'));
  ok(await caller.call('FindByType', FIND_BY_TYPE), FOUND_BY_ID.toString('hex'));
  ok(await caller.call('FindByType', FIND_SINCE), FOUND_BY_ID.toString('hex'));
  ok(await caller.call('FindByType', FIND_SINCE_LATEST), NOTHING_FOUND);
});

test('a conflict is ABORTED `optimistic locking failed`, with the current version', async () => {
  const answer = await caller.call('Update', UPDATE_NEW);
  assert.deepEqual([answer.code, answer.message], [10, 'optimistic locking failed']);
  assert.equal(answer.details.toString('hex'), CONFLICT_DETAILS.toString('hex'));
});

test('the generated code reads and writes the same bytes', () => {
  const newEvents = [{ type: 11, payload: 'aaa' }];
  const update = { id: ID, version: 0, events: newEvents };
  assert.deepEqual(Buffer.from(UpdateRequest.encode(update).finish()), UPDATE_NEW);
  assert.deepEqual(UpdateRequest.decode(UPDATE_NEW), update);
  assert.equal(UpdateRequest.decode(UPDATE_AT_1).version, 1);
  assert.deepEqual(Buffer.from(FindByIDRequest.encode({ id: ID }).finish()), FIND_BY_ID);
  const byType = { type: 11, since: 1_699_999_999_999n, batchSize: 100 };
  assert.deepEqual(Buffer.from(FindByTypeRequest.encode(byType).finish()), FIND_SINCE);
  assert.deepEqual(FindResponse.decode(FOUND_BY_ID), {
    success: true,
    error: '',
    latest: 1_700_000_000_000n,
    events: [{ id: ID, type: 11, payload: 'aaa', savetime: 1_700_000_000_000n }],
  });
  assert.deepEqual(UpdateResponse.decode(hex('0801')), { success: true, error: '' });
});

test('negative numbers are ten bytes, as every protobuf writes them', () => {
  const byType = { type: -1, since: -1n, batchSize: -1 };
  const minusOne = 'ffffffffffffffffff01';
  const bytes = hex(`08 ${minusOne}`, `10 ${minusOne}`, `18 ${minusOne}`);
  assert.deepEqual(Buffer.from(FindByTypeRequest.encode(byType).finish()), bytes);
  assert.deepEqual(FindByTypeRequest.decode(bytes), byType);
});

test('a further append continues the stream', async () => {
  ok(await caller.call('Update', UPDATE_AT_1), UPDATED);
  const { response } = await caller.call('FindByID', FIND_BY_ID);
  const { events } = FindResponse.decode(Buffer.from(response, 'hex'));
  assert.deepEqual(
    events.map(({ type, payload }) => [type, payload]),
    [
      [11, 'aaa'],
      [22, 'bbb'],
      [33, 'ccc'],
    ],
  );
});

test('the contract is frozen: everything in the proto file but its comments', async () => {
  const path = join(projectDirectory(), 'proto', 'storegrpc', 'grpc-store.proto');
  const text = (await readFile(path, 'utf8')).replaceAll(/\/\/[^\n]*/g, '').replaceAll(/\s+/g, ' ');
  const hash = createHash('sha256').update(text.trim()).digest('hex');
  assert.equal(
    hash,
    '358e89b29ee0a02565275b4a19ffcf20820d802ff212089abf4fed573d18705b',
    'additions go to cassadra.v1',
  );
});
