import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTypeCode, requireUuid, type NewEvent } from '../../core/index.js';
import { decodeRecord, encodeRecord } from './record.js';

const type = parseTypeCode(-2_147_483_648);
assert.ok(type !== undefined);
const eventId = requireUuid('00112233-4455-6677-8899-aabbccddeeff');
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

for (const [name, event] of Object.entries(events)) {
  test(`a record keeps ${name}`, () => {
    const place = { savetimeMs: 1_700_000_000_000, position: 2 ** 40 };
    const key = Buffer.from('a key');
    const found = { stream: eventId, streamName: 'patient-1', version: 7, key, uncheckedTo: 0 };
    for (const named of [true, false]) {
      const { content, ...rest } = decodeRecord(
        encodeRecord(event, { ...place, key, named }),
        found,
      );
      const { content: expected, ...others } = event;
      const streamName = named ? found.streamName : undefined;
      const { savetimeMs } = place;
      assert.deepEqual(rest, { ...others, stream: eventId, streamName, version: 7, savetimeMs });
      if (expected.kind === 'text') assert.deepEqual(content, expected);
      else if (content.kind === 'bytes') assert.deepEqual([...content.bytes], [...expected.bytes]);
      else assert.fail('bytes came back as text');
    }
  });
}

test('a record of which any bit has changed, or that lies elsewhere, is refused', () => {
  const key = Buffer.from('a key');
  const place = { savetimeMs: 1, position: 1, key, named: false };
  const text = 'the payload';
  const whole = { ...plain, contentType: 'text/plain', metadata: '{}' };
  const record = encodeRecord({ ...whole, content: { kind: 'text', text } }, place);
  const context = { stream: eventId, streamName: undefined, version: 7, key, uncheckedTo: 1 };
  const corrupt = { code: 'STREAM_CORRUPT' };
  decodeRecord(record, context);
  for (let bit = 0; bit < record.length * 8; bit += 1) {
    const flipped = Buffer.from(record);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.throws(() => decodeRecord(flipped, context), corrupt, `bit ${bit}`);
  }
  for (let length = 0; length < record.length; length += 1) {
    assert.throws(() => decodeRecord(record.subarray(0, length), context), corrupt);
  }
  const elsewhere = { ...context, key: Buffer.from('a kez') };
  assert.throws(() => decodeRecord(record, elsewhere), corrupt);
});

test('a record without a checksum is taken only where an older program can have written it', () => {
  const key = Buffer.from('a key');
  const place = { savetimeMs: 1, position: 5, key, named: false };
  const record = encodeRecord({ ...plain, content: { kind: 'text', text: 'old' } }, place);
  const old = Buffer.from(record.subarray(0, -4));
  old.writeUInt8(old.readUInt8(0) & 0x0f, 0);
  const context = { stream: eventId, streamName: undefined, version: 7, key };
  const { content } = decodeRecord(old, { ...context, uncheckedTo: 5 });
  assert.deepEqual(content, { kind: 'text', text: 'old' });
  assert.throws(() => decodeRecord(old, { ...context, uncheckedTo: 4 }), {
    code: 'STREAM_CORRUPT',
  });
});
