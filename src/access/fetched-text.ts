import type { Timers } from '../runtime/index.js';

const BYTES_MAX = 1_048_576;
const WAIT_MAX_MS = 5_000;

/**
 * What a URL that the operator has named answers with. Not further than there: a redirection is
 * refused. Throws an Error that says what went wrong.
 */
export async function fetchedText(url: string, timers: Timers): Promise<string> {
  const over = new AbortController();
  const late = new AbortController();
  void timers.sleep(WAIT_MAX_MS, over.signal).then(() => {
    late.abort(new Error(`no answer within ${WAIT_MAX_MS} ms`));
  });
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(url, { headers, redirect: 'error', signal: late.signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    return await textWithin(response);
  } finally {
    over.abort();
  }
}

async function textWithin({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    const chunk: unknown = part;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > BYTES_MAX) throw new Error(`the answer has more than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
