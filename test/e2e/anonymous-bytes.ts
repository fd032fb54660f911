import { readFile } from 'node:fs/promises';

/** Why memory cannot be measured here; false: it can. */
export const skipMemory = process.platform === 'linux' ? false : 'reads /proc';

/** Memory of a process without files that are mapped into it, as the embedded storage is. */
export async function anonymousBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
