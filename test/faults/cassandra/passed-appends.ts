import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PassedAppend } from '../history/operation.js';
import type { ServerProcess } from '../servers/server-process.js';

const Line = z.object({ savetimes_ms: z.array(z.tuple([z.number(), z.number()])) });
const MESSAGE = 'appends left the feed register unseen';

/** What servers have logged, over all their lives, of appends that readers may miss. */
export async function passedAppends(servers: readonly ServerProcess[]): Promise<PassedAppend[]> {
  const logs = await Promise.all(servers.map(({ logPath }) => readFile(logPath, 'utf8')));
  return logs.flatMap((log) => log.split('\n').flatMap(passedIn));
}

function passedIn(line: string): PassedAppend[] {
  if (!line.includes(MESSAGE)) return [];
  return Line.parse(JSON.parse(line)).savetimes_ms.map(([fromMs, toMs]) => ({ fromMs, toMs }));
}
