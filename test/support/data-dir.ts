import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';

/** An empty data directory of the embedded store, removed afterwards. */
export async function inDataDir(body: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-data-'));
  try {
    await body(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

export function openAt(dataDir: string): Promise<Backend> {
  return openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
}

export async function withBackend<Answer>(
  dataDir: string,
  body: (backend: Backend) => Promise<Answer>,
): Promise<Answer> {
  const backend = await openAt(dataDir);
  try {
    return await body(backend);
  } finally {
    await backend.close();
  }
}
