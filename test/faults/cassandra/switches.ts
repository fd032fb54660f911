import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytemanRules, FOLDER_PROPERTY, type Inside } from './rules.js';

/** What happens inside one node, switched by files: no connection is needed, nothing restarts. */
export class Switches {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Arguments for the JVM of the node: `jar` is Byteman. Writes the rules into the folder. */
  async jvmArgs(jar: string, keyspace: string): Promise<string[]> {
    await mkdir(this.#folder, { recursive: true });
    const rules = join(this.#folder, 'rules.btm');
    await writeFile(rules, bytemanRules(keyspace));
    const agent = `-javaagent:${jar}=script:${rules}`;
    return [agent, `-D${FOLDER_PROPERTY}=${this.#folder}`];
  }

  /** Acts on every write from now on. */
  async on(inside: Inside): Promise<void> {
    await writeFile(join(this.#folder, inside), '');
  }

  /** Acts on the next write of events, and on no more. */
  async once(inside: Inside): Promise<void> {
    await writeFile(join(this.#folder, `${inside}.once`), '');
  }

  /** Takes back {@link on} and a {@link once} that has not acted. What waits goes on waiting. */
  async off(inside: Inside): Promise<void> {
    for (const end of ['', '.once']) await rm(join(this.#folder, inside + end), { force: true });
  }

  /** How often it has acted so far. */
  async acted(inside: Inside): Promise<number> {
    try {
      const text = await readFile(join(this.#folder, `${inside}.acted`), 'utf8');
      return text.split('\n').length - 1;
    } catch {
      return 0;
    }
  }
}
