import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventBytes, parseTypeCode, requireUuid, type NewEvent } from '../../core/index.js';
import { Block, blockLength, encodeBlock } from './block.js';
import { eventKey } from './keys.js';
import type { PlacedEvent } from './record.js';
import { uuidBytes } from './uuid-bytes.js';

const type = parseTypeCode(-2_147_483_648);
assert.ok(type !== undefined);
const eventId = requireUuid('00112233-4455-6677-8899-aabbccddeeff');
const stream = requireUuid('ffeeddcc-bbaa-9988-7766-554433221100');
const plain: NewEvent = {
  eventId,
  type,
  content: { kind: 'text', text: '' },
  contentType: undefined,
  metadata: undefined,
};

const events: Readonly<Record<string, NewEvent>> = {
  'empty text': plain,
  'text beyond ASCII': { ...plain, content: { kind: 'text', text: 'zażółć \u{1f600} \0 \ufeff' } },
  'no bytes': { ...plain, content: { kind: 'bytes', bytes: new Uint8Array() } },
  bytes: { ...plain, content: { kind: 'bytes', bytes: Uint8Array.from([0, 255, 128]) } },
  'content type and metadata': { ...plain, contentType: 'text/plain', metadata: '{"ż":1}' },
  'empty content type and metadata': { ...plain, contentType: '', metadata: '' },
};
const all = Object.values(events);
const SAVETIME = 1_700_000_000_000;
const POSITION = 2 ** 40;

function placed(block: readonly NewEvent[]): PlacedEvent[] {
  return block.map((event, index) => ({
    event,
    bytes: eventBytes(event),
    savetimeMs: SAVETIME + index,
    position: POSITION + index,
  }));
}

function rowOf(block: readonly NewEvent[], named = false) {
  const key = eventKey(uuidBytes(stream), 6 + block.length);
  return { key, value: encodeBlock(key, placed(block), named) };
}

function assertHolds(block: Block, written: readonly NewEvent[], streamName?: string): void {
  assert.deepEqual([block.firstVersion, block.lastVersion], [7, 6 + written.length]);
  assert.equal(block.firstPosition, POSITION);
  written.forEach((event, index) => {
    const version = 7 + index;
    const savetimeMs = SAVETIME + index;
    const { content, ...rest } = block.event(version, 'patient-1');
    const { content: expected, ...others } = event;
    assert.deepEqual(rest, { ...others, stream, streamName, version, savetimeMs });
    if (expected.kind === 'text') assert.deepEqual(content, expected);
    else if (content.kind === 'bytes') assert.deepEqual([...content.bytes], [...expected.bytes]);
    else assert.fail('bytes came back as text');
    assert.deepEqual(block.placeOf(version), { savetimeMs, position: POSITION + index });
    assert.equal(block.typeOf(version), event.type);
    assert.deepEqual(block.eventIdOf(version), uuidBytes(event.eventId));
  });
}

for (const [name, event] of Object.entries(events)) {
  test(`a row of one event keeps ${name}`, () => {
    assertHolds(new Block(rowOf([event], true), 0), [event], 'patient-1');
    assertHolds(new Block(rowOf([event]), 0), [event]);
  });
}

test('a row of several events keeps each', () => {
  const ids = all.map((event, index) => ({
    ...event,
    eventId: requireUuid(`00112233-4455-6677-8899-aabbccddeef${index}`),
  }));
  assertHolds(new Block(rowOf(ids, true), 0), ids, 'patient-1');
  assertHolds(new Block(rowOf(ids), 0), ids);
});

for (const [name, written] of Object.entries({ one: all.slice(-2, -1), several: all.slice(-3) })) {
  test(`a row of ${name} of which any bit has changed, or that lies elsewhere, is refused`, () => {
    const { key, value } = rowOf(written);
    const corrupt = { code: 'STREAM_CORRUPT' };
    const uncheckedTo = 1;
    new Block({ key, value }, uncheckedTo);
    for (let bit = 0; bit < value.length * 8; bit += 1) {
      const flipped = Buffer.from(value);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const open = (): Block => new Block({ key, value: flipped }, uncheckedTo);
      assert.throws(open, corrupt, `bit ${bit}`);
    }
    for (let length = 0; length < value.length; length += 1) {
      const cut = { key, value: value.subarray(0, length) };
      assert.throws(() => new Block(cut, uncheckedTo), corrupt);
    }
    const elsewhere = eventKey(uuidBytes(stream), 99);
    assert.throws(() => new Block({ key: elsewhere, value }, uncheckedTo), corrupt);
  });
}

test('a record without a checksum is taken only where an older program can have written it', () => {
  const { key, value } = rowOf([{ ...plain, content: { kind: 'text', text: 'old' } }]);
  const old = Buffer.from(value.subarray(0, -4));
  old.writeUInt8(old.readUInt8(0) & 0x0f, 0);
  const row = { key, value: old };
  const { content } = new Block(row, POSITION).event(7, undefined);
  assert.deepEqual(content, { kind: 'text', text: 'old' });
  assert.throws(() => new Block(row, POSITION - 1), { code: 'STREAM_CORRUPT' });
});

test('a block is bounded in events and in bytes, and holds one event of any size', () => {
  const many = placed(Array.from({ length: 600 }, () => plain));
  assert.equal(blockLength(many, 0), 256);
  assert.equal(blockLength(many, 512), 88);
  const large = { ...plain, content: { kind: 'text', text: 'x'.repeat(30_000) } } as const;
  const huge = { ...plain, content: { kind: 'text', text: 'x'.repeat(1_000_000) } } as const;
  assert.equal(blockLength(placed([large, large, large]), 0), 2);
  assert.equal(blockLength(placed([huge, plain]), 0), 1);
  assert.equal(blockLength(placed([plain, huge, plain]), 0), 1);
  assert.equal(blockLength(placed([plain, huge, plain]), 2), 1);
});
