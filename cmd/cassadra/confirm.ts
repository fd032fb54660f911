import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Asked {
  readonly input: Readable;
  readonly output: Writable;
}

/** Whether the answer to a question is yes. The end of the input is a no. */
export async function confirmed(question: string, { input, output }: Asked): Promise<boolean> {
  // not as a terminal of its own: Ctrl-C stays what it is
  const lines = createInterface({ input, output, terminal: false });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
      lines.question(`${question} [y/N] `, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
