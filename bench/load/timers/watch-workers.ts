import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { OnArrival } from './timer-client.js';

/** Listens to the reports of workers; see report-arrivals.ts. Gives the end of it. */
export async function watchWorkers(
  ports: readonly number[],
  arrived: OnArrival,
): Promise<() => void> {
  const sockets = await Promise.all(ports.map((port) => watch(port, arrived)));
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

async function watch(port: number, arrived: OnArrival): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.lastIndexOf(' ');
      arrived(line.slice(0, at), Number(line.slice(at + 1)));
    }
  });
  // its worker may be killed
  socket.on('error', () => undefined);
  return socket;
}
