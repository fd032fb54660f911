import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';

// Below the ports that Linux, macOS and Windows give to outgoing connections, so that none is taken
// between
// the moment it is found free and the moment Cassandra binds it, or while a stopped node is to come
// back on it.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const TRIES = 200;

/**
 * A TCP port that is free on every one of the addresses and not in `taken`, to which it is added.
 * Rejects with {@link CassandraUnavailableError} when an address does not exist on this machine.
 */
export async function freePort(addresses: readonly string[], taken: Set<number>): Promise<number> {
  for (let i = 0; i < TRIES; i += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (taken.has(port)) continue;
    const free = await Promise.all(addresses.map((address) => isPortFree(address, port)));
    if (free.includes(false)) continue;
    taken.add(port);
    return port;
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT} on ${addresses.join(', ')}`);
}

/**
 * Whether a server could listen there now. Rejects with {@link CassandraUnavailableError} when the
 * address is not of this machine.
 */
export function isPortFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else if (error.code === 'EADDRNOTAVAIL')
        reject(new CassandraUnavailableError(noAddress(address)));
      else reject(error);
    });
    server.listen({ host: address, port, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

function noAddress(address: string): string {
  return `this machine has no address ${address} (macOS: sudo ifconfig lo0 alias ${address} up)`;
}
