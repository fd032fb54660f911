import type { Cassadra, ListedStream } from '../../../src/client/index.js';
import type { Selection } from './export-format.js';

/** The streams of a selection, always in the same order, but for new ones between. */
export async function* selectedStreams(
  store: Cassadra,
  selection: Selection,
): AsyncGenerator<ListedStream> {
  switch (selection.kind) {
    case 'all':
      yield* store.listStreams({ includeUnnamed: true });
      return;
    case 'prefix':
      yield* store.listStreams({ prefix: selection.prefix });
      return;
    case 'streams':
      for (const name of selection.streams) {
        const { stream, streamId } = await store.getStream(name);
        yield { stream, streamId };
      }
  }
}
