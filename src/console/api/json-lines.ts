/** A heartbeat comes every 15 s: at the other end of a longer silence is nobody. */
const SILENCE_MAX_MS = 40_000;

/**
 * The values of a body with one JSON text a line. Blank lines are heartbeats; throws when not even
 * they come.
 */
export async function* jsonLines(
  body: ReadableStream<Uint8Array>,
  silenceMaxMs = SILENCE_MAX_MS,
): AsyncGenerator<unknown, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await within(silenceMaxMs, reader.read());
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* valuesOf(lines);
    }
    yield* valuesOf([rest]);
  } finally {
    // who stops reading does not want the rest
    await reader.cancel().catch(() => undefined);
  }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`silent for ${String(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function* valuesOf(lines: readonly string[]): Generator<unknown, void> {
  for (const line of lines) if (line !== '') yield JSON.parse(line);
}
