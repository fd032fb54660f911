const MESSAGE = 0;
const TRAILERS = 0x80;
const HEAD_BYTES = 5;

/** A call as a page makes it: HTTP/1.1, no gRPC. */
export interface WebCall {
  readonly port: number;
  readonly path: string;
  readonly request: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that is under way. */
export interface WebAnswer {
  readonly headers: Headers;
  /** The messages, then the text of the trailers. */
  readonly frames: AsyncGenerator<Buffer | string, void>;
}

/** Calls through gRPC-Web in its binary form. */
export async function callFromPage({ port, path, request, headers }: WebCall): Promise<WebAnswer> {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(request.length, 1);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1', ...headers },
    body: Buffer.concat([head, request]),
  });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`the answer has the status ${response.status}`);
  }
  return { headers: response.headers, frames: framesOf(response.body) };
}

async function* framesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer | string, void> {
  let waiting = Buffer.alloc(0);
  for await (const chunk of body) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + waiting.readUInt32BE(1);
      if (waiting.length < end) break;
      const [kind, content] = [waiting[0], waiting.subarray(HEAD_BYTES, end)];
      waiting = waiting.subarray(end);
      if (kind === MESSAGE) yield content;
      else if (kind === TRAILERS) yield content.toString();
      else throw new Error(`a frame of the kind ${kind}`);
    }
  }
}
