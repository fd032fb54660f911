import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const FILLER = fileURLToPath(new URL('./filler.js', import.meta.url));
/** In units of 1 KiB, as `ulimit -f` of dash and bash counts, or half of that. */
const FILE_LIMIT = 4_000;

test('a file that cannot grow: appends are refused, nothing acknowledged is lost', async (t) => {
  if (process.platform === 'win32') return t.skip('there is no file size limit to set');
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-full-'));
  try {
    const command = `ulimit -f ${FILE_LIMIT} && exec "$0" "$1" "$2"`;
    const limited = spawnSync('sh', ['-c', command, process.execPath, FILLER, dataDir], {
      encoding: 'utf8',
    });
    assert.equal(limited.status, 0, limited.stderr);
    const acknowledged = Number(/^acknowledged (\d+)$/m.exec(limited.stdout)?.[1]);
    const refused = Number(/^refused (\d+)$/m.exec(limited.stdout)?.[1]);
    assert.ok(acknowledged > 0 && refused > 0, limited.stdout);
    const free = spawnSync(process.execPath, [FILLER, dataDir, String(acknowledged)], {
      encoding: 'utf8',
    });
    assert.equal(free.status, 0, free.stderr);
    t.diagnostic(`${acknowledged} events acknowledged before, ${refused} appends refused`);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
