/** The values of a body with one JSON text a line. Blank lines are heartbeats. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
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

function* valuesOf(lines: readonly string[]): Generator<unknown, void> {
  for (const line of lines) if (line !== '') yield JSON.parse(line);
}
