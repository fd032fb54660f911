import { describe } from 'node:test';
import assert from 'node:assert/strict';
import { ANY_VERSION, FEED_START, NO_STREAM, type NewEvent } from '../../../src/core/index.js';
import { expectAppended, expectDuplicate, expectRecorded, expectStream } from './expect.js';
import { readToEnd } from './feed.js';
import { appendOf, check, freshStream, newEvent, type Kit } from './kit.js';

const MIB = 1_048_576;

type Carried = Partial<Pick<NewEvent, 'content' | 'contentType' | 'metadata'>>;

const text = (value: string): Carried => ({ content: { kind: 'text', text: value } });
const bytes = (value: Uint8Array): Carried => ({ content: { kind: 'bytes', bytes: value } });

const CONTENTS: readonly (readonly [string, Carried])[] = [
  ['text', text('{"ward":4}')],
  ['empty text', text('')],
  ['spaces and line ends', text(' \t\r\n ')],
  ['NUL characters', text('a\u0000b\u0000')],
  ['4-byte UTF-8', text('𝄞 😀 \u{10ffff}')],
  ['combining and right-to-left characters', text('e\u0301 \u202eabc \ufeff')],
  ['quotes and CQL', text(`'; DROP TABLE events; -- "\\`)],
  ['bytes', bytes(Uint8Array.of(1, 2, 3))],
  ['empty bytes', bytes(new Uint8Array(0))],
  ['bytes that are no UTF-8', bytes(Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28))],
  ['a part of a larger buffer', bytes(new Uint8Array([9, 8, 7, 6]).subarray(1, 3))],
  ['content type', { contentType: 'application/json; charset=utf-8' }],
  ['metadata', { metadata: '{"trace":"a-b","n":9007199254740993}' }],
  ['empty content type and metadata', { contentType: '', metadata: '' }],
  [
    'bytes with content type and metadata',
    {
      ...bytes(Uint8Array.of(0)),
      contentType: 'application/octet-stream',
      metadata: '{}',
    },
  ],
  ['1 MiB of text', text('x'.repeat(MIB))],
  ['1 MiB of 3-byte characters', text('€'.repeat(Math.floor(MIB / 3)))],
  ['1 MiB of bytes', bytes(Uint8Array.from({ length: MIB }, (_, index) => index % 251))],
  ['64 KiB of metadata', { metadata: 'm'.repeat(65_536) }],
];

export function exerciseContents(kit: Kit): void {
  describe('contents come back as they were sent', () => {
    for (const [name, carried] of CONTENTS) {
      check(name, async () => {
        const stream = freshStream();
        const event = newEvent(kit.freshType(), carried);
        const append = appendOf(ANY_VERSION, event);
        const first = expectAppended(await kit.appendOne(stream, append), 1);
        await expectStream(kit, stream, [event]);
        const rules = { limit: 10, bytesMax: 3 * MIB, boundary: kit.wholeMs };
        const { events } = await readToEnd(
          kit,
          { types: [event.type], after: FEED_START, ...rules },
          1,
        );
        expectRecorded(events[0], event, { stream, version: 1 });
        expectDuplicate(await kit.appendOne(stream, append), first);
      });
    }

    check('the caller may reuse its buffer after the answer', async () => {
      const stream = freshStream();
      const buffer = Uint8Array.of(1, 2, 3);
      const event = newEvent(kit.freshType(), bytes(buffer));
      await kit.write(stream, event);
      buffer.fill(0);
      const original = {
        ...event,
        content: { kind: 'bytes', bytes: Uint8Array.of(1, 2, 3) },
      } as const;
      await expectStream(kit, stream, [original]);
    });

    check('an append of 4 MiB', async () => {
      const stream = freshStream();
      const type = kit.freshType();
      const events = [1, 2, 3, 4].map(() => newEvent(type, text('y'.repeat(MIB))));
      expectAppended(await kit.appendOne(stream, appendOf(NO_STREAM, ...events)), 1, 4);
      const loaded = await expectStream(kit, stream, events);
      const savetimes = new Set(loaded.map((event) => event.savetimeMs));
      assert.equal(savetimes.size, 4, 'a page of whole milliseconds must fit 4 MiB');
    });
  });
}
