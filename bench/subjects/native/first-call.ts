import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';

/** A unary call in the form of the wire: no time goes into a proto file or a client library. */
export interface FirstCall {
  /** `/pkg.Service/Method`. */
  readonly path: string;
  /** Another request each time: it may have been done although its answer was bad. */
  readonly request: () => Buffer;
}

const PATIENCE_MS = 120_000;
const RETRY_MS = 1;

/** Resolves with the first good answer of a server that may not be ready yet. */
export async function callUntilGood(address: string, call: FirstCall): Promise<void> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': RETRY_MS,
    'grpc.enable_retries': 0,
  });
  const deadline = Date.now() + PATIENCE_MS;
  try {
    for (;;) {
      const why = await failureOf(client, call, deadline);
      if (why === undefined) return;
      if (Date.now() > deadline) throw new Error(`${address} gives no good answer: ${why}`);
      await sleep(RETRY_MS);
    }
  } finally {
    client.close();
  }
}

function failureOf(client: Client, call: FirstCall, deadline: number): Promise<string | undefined> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(call.path, same, same, call.request(), { deadline }, (error) =>
      resolve(error?.message),
    );
  });
}
