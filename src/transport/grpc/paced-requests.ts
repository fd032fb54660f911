import type { ServerDuplexStream } from '@grpc/grpc-js';
import { callCancelled } from '../../core/index.js';

/**
 * The requests of a call, each read from the connection when it is asked for: by itself a call
 * reads 16 messages ahead, each up to 8 MiB. Ends when the caller has no more; throws CANCELLED
 * when it is gone.
 */
export function pacedRequests(
  call: ServerDuplexStream<Uint8Array, Uint8Array>,
): AsyncIterable<Uint8Array> {
  const read = call._read.bind(call);
  let asked = false;
  let held: number | undefined;
  call._read = (size) => {
    if (asked) read(size);
    else held = size;
    asked = false;
  };
  const ask = (): void => {
    asked = held === undefined;
    if (held !== undefined) read(held);
    held = undefined;
  };
  return requestsOf(call, ask);
}

async function* requestsOf(
  call: ServerDuplexStream<Uint8Array, Uint8Array>,
  ask: () => void,
): AsyncGenerator<Uint8Array> {
  const messages: AsyncIterator<Uint8Array, unknown> = call.iterator({ destroyOnReturn: false });
  for (;;) {
    ask();
    const next = await messages.next().catch(() => {
      // all that reading can meet: what is wrong with a message ends the call before
      throw callCancelled();
    });
    if (next.done === true) return;
    yield next.value;
  }
}
