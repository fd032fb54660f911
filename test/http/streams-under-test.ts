import type { TestContext } from 'node:test';
import { serveHttp, type HttpOptions, type HttpUnderTest } from './http-under-test.js';
import { MadeStreams, Pushed } from './made-streams.js';

/** A server with made streams, which a test answers by `pushed` unless it sets another `run`. */
export interface ServedStreams {
  readonly http: HttpUnderTest;
  readonly port: number;
  readonly streams: MadeStreams;
  readonly pushed: Pushed;
}

/** Stopped at the end of the test. */
export async function serveStreams(
  context: TestContext,
  options: HttpOptions = {},
): Promise<ServedStreams> {
  const pushed = new Pushed();
  const streams = new MadeStreams((one) => pushed.answers(one));
  const http = await serveHttp({ routes: [streams], ...options });
  context.after(() => http.stop());
  return { http, port: http.port, streams, pushed };
}
