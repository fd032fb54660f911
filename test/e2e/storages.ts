import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

type Environment = Readonly<Record<string, string>>;

/** A durable storage that the programs can run on: its settings, for one test. */
export interface StorageUnderTest {
  readonly name: string;
  prepare(context: TestContext): Promise<Environment>;
}

/** A folder of its own for one test. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-e2e-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const embeddedStorage: StorageUnderTest = {
  name: 'embedded',
  async prepare(context) {
    return { STORAGE: 'embedded', DATA_DIR: join(await temporaryFolder(context), 'data') };
  },
};
