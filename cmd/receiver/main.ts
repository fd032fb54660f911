import { createServer } from 'node:http';
import { parseSettings, receiverSettings, runProgram } from '../../src/runtime/index.js';
import { describeCall } from './describe-call.js';

/** Takes the calls of timed events and prints them: to see them arrive, nothing more. */
await runProgram(async () => {
  const { RECEIVER_PORT: port } = parseSettings(receiverSettings, process.env);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      process.stdout.write(describeCall(request, Buffer.concat(chunks).toString(), Date.now()));
      response.end('thank you\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Error(`${error.message} (set RECEIVER_PORT to a free port)`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  process.stdout.write(`Waiting for calls on http://127.0.0.1:${at} (Ctrl-C stops it)\n`);
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
});
