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
    const context = { stream: eventId, streamName: 'patient-1', version: 7 };
    for (const named of [true, false]) {
      const { content, ...rest } = decodeRecord(encodeRecord(event, place, named), context);
      const { content: expected, ...others } = event;
      const streamName = named ? context.streamName : undefined;
      const { savetimeMs } = place;
      assert.deepEqual(rest, { ...others, stream: eventId, streamName, version: 7, savetimeMs });
      if (expected.kind === 'text') assert.deepEqual(content, expected);
      else if (content.kind === 'bytes') assert.deepEqual([...content.bytes], [...expected.bytes]);
      else assert.fail('bytes came back as text');
    }
  });
}
