import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

/** Answers every request with the status that `answer` says. Answers its URL. */
export async function startReceiver(t: TestContext, answer: () => number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer()).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return `http://127.0.0.1:${address.port}/`;
}
