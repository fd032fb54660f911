import { open } from 'node:fs/promises';
import { SettingsError, type Logger } from '../runtime/index.js';

/** A file that is longer was not meant. */
const BYTES_MAX = 8 * 1_048_576;

/**
 * A file whose content may change while the program runs. It is looked at by its content: where
 * files are swapped behind links (Kubernetes), nothing else tells of it reliably.
 */
export class WatchedText {
  readonly #path: string;
  readonly #take: (text: string) => void;
  #text: string | undefined;
  #problem: string | undefined;

  /** `take` throws an Error whose message may be logged: the content before then stays. */
  constructor(path: string, take: (text: string) => void) {
    this.#path = path;
    this.#take = take;
  }

  /** The first look. Throws SettingsError that names the file. */
  async load(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      throw new SettingsError(`${this.#path}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** A further look. What is wrong is logged once; what was there before stays. */
  async lookAgain(logger: Logger): Promise<void> {
    try {
      if (await this.#look()) logger.info({ file: this.#path }, 'a file was read again');
      this.#problem = undefined;
    } catch (error) {
      const problem = messageOf(error);
      if (problem === this.#problem) return;
      this.#problem = problem;
      logger.error({ file: this.#path, problem }, 'a file is wrong: what it held before stays');
    }
  }

  /** Whether there was something new. */
  async #look(): Promise<boolean> {
    const text = await textOf(this.#path);
    if (text === this.#text) return false;
    this.#take(text);
    this.#text = text;
    return true;
  }
}

/** One handle, so that size and content are of the same file. */
async function textOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > BYTES_MAX) throw new Error(`it has more than ${BYTES_MAX} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** What the file system says names the path anew: its code is enough. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `it cannot be read (${String(error.code)})` : error.message;
}
