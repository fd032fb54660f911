import { ScalarType, type DescField, type DescMessage, type DescMethod } from '@bufbuild/protobuf';
import type { Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';

/** The longest that a call may ask to wait. */
const WAIT_MAX_MS = 30_000;

/** Where a reader stands, in a streamed message; where it goes on, in a request. */
const CURSOR = { name: 'cursor', scalar: ScalarType.STRING };
/** How long a call may wait when there is nothing to answer. */
const WAIT = { name: 'wait_ms', scalar: ScalarType.INT32 };

function fieldLike(desc: DescMessage, like: typeof CURSOR): DescField | undefined {
  return desc.fields.find(
    ({ name, fieldKind, scalar }) =>
      name === like.name && fieldKind === 'scalar' && scalar === like.scalar,
  );
}

/** Whether the method follows something: its answers never end and have cursors to go on from. */
export function isFeed({ methodKind, output }: DescMethod): boolean {
  return methodKind === 'server_streaming' && fieldLike(output, CURSOR) !== undefined;
}

/** The cursor of a message; '' when it has none. */
export function cursorOf(desc: DescMessage, message: Message): string {
  const field = fieldLike(desc, CURSOR);
  const value: unknown = field === undefined ? '' : reflect(desc, message).get(field);
  return typeof value === 'string' ? value : '';
}

/** Sets the cursor of a request, if there is such a field. */
export function setCursor(desc: DescMessage, message: Message, cursor: string): void {
  const field = fieldLike(desc, CURSOR);
  if (field !== undefined) reflect(desc, message).set(field, cursor);
}

/** Whether its callers may ask it to wait until there is something to answer. */
export function mayWait({ input }: DescMethod): boolean {
  return fieldLike(input, WAIT) !== undefined;
}

/** How long the request asks to wait, in ms; 0 when it does not, or for longer than is served. */
export function waitMsOf(desc: DescMessage, message: Message): number {
  const field = fieldLike(desc, WAIT);
  const waitMs = field === undefined ? 0 : Number(reflect(desc, message).get(field));
  return waitMs > 0 && waitMs <= WAIT_MAX_MS ? waitMs : 0;
}
