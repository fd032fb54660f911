import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SubjectUnavailable } from '../model/subject.js';
import { freePort } from './free-port.js';
import { endChild, hasEnded, killWithProcess } from './kill-with-process.js';
import type { Service } from './service.js';
import { requireSetpriv } from './setpriv.js';

/** A Redis server of the run's own. Each write is flushed before its answer. */
export interface RedisService extends Service {
  /** On 127.0.0.1. */
  readonly port: number;
}

const READY_TIMEOUT_MS = 10_000;
const READY_POLL_MS = 20;

/**
 * Starts Redis on a free loopback port, with its data in the folder. Rejects SubjectUnavailable
 * when it cannot.
 */
export async function startRedis(folder: string): Promise<RedisService> {
  await promisify(execFile)('redis-server', ['--version']).catch(() => {
    throw new SubjectUnavailable('Redis is missing: apt-get install -y redis-server');
  });
  await requireSetpriv();
  const port = await freePort();
  const settings = {
    ...{ bind: '127.0.0.1', port, dir: folder, daemonize: 'no', loglevel: 'warning' },
    ...{ appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' },
    // the file above holds all there is; snapshots would be a second copy
    save: '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = killWithProcess(
    // it also ends when this process is killed
    spawn('setpriv', ['--pdeathsig', 'TERM', 'redis-server', ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  // that is seen below
  child.on('error', () => undefined);
  const untilMs = performance.now() + READY_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (hasEnded(child) || performance.now() > untilMs) {
      await endChild(child, 'SIGKILL');
      throw new SubjectUnavailable('redis-server did not start');
    }
    await sleep(READY_POLL_MS);
  }
  return { pid: child.pid ?? 0, port, stop: () => endChild(child) };
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
