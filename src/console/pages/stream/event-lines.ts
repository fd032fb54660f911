import { typeText, type RecordedEvent } from '../../api/events.js';
import { bytesOf, hexDump } from '../../parts/hex-dump.js';
import { indentJson } from '../../parts/indent-json.js';

/** All that two events are compared by. Metadata sorted: their order says nothing. */
export function eventLines(event: RecordedEvent): string {
  const { content, metadata } = event;
  const payload =
    content.kind === 'json'
      ? (indentJson(content.text) ?? content.text)
      : hexDump(bytesOf(content.base64));
  const sorted = Object.fromEntries(
    Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const facts = `type: ${typeText(event)}\ncontent type: ${event.contentType}`;
  return `${facts}\n\npayload\n${payload}\n\nmetadata\n${indentJson(JSON.stringify(sorted)) ?? ''}\n`;
}
