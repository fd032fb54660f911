interface Begun<Source, Item> {
  readonly source: Source;
  readonly iterator: AsyncIterator<Item>;
  readonly first: Promise<IteratorResult<Item>>;
}

export interface Opened<Source, Item> {
  readonly source: Source;
  readonly items: AsyncIterable<Item>;
}

/**
 * Begins to read the next sources while the items of one are handed out, in the order of the
 * sources: many short streams then cost one waiting, not one each. `atOnce` sources are open at
 * most.
 */
export async function* readAhead<Source, Item>(
  sources: AsyncIterable<Source>,
  read: (source: Source) => AsyncIterable<Item>,
  atOnce: number,
): AsyncGenerator<Opened<Source, Item>> {
  const begun: Begun<Source, Item>[] = [];
  const walk = sources[Symbol.asyncIterator]();
  let ended = false;
  const fill = async (): Promise<void> => {
    while (!ended && begun.length < atOnce) {
      const next = await walk.next();
      if (next.done === true) ended = true;
      else begun.push(begin(next.value, read));
    }
  };
  try {
    for (await fill(); ; await fill()) {
      const head = begun[0];
      if (head === undefined) return;
      yield { source: head.source, items: itemsOf(head) };
      begun.shift();
      await head.iterator.return?.();
    }
  } finally {
    await Promise.allSettled(begun.map(async ({ iterator }) => iterator.return?.()));
    await walk.return?.();
  }
}

function begin<Source, Item>(
  source: Source,
  read: (source: Source) => AsyncIterable<Item>,
): Begun<Source, Item> {
  const iterator = read(source)[Symbol.asyncIterator]();
  const first = iterator.next();
  // it is looked at when its turn comes; until then a failure must not end the process
  first.catch(() => undefined);
  return { source, iterator, first };
}

async function* itemsOf<Source, Item>({
  iterator,
  first,
}: Begun<Source, Item>): AsyncGenerator<Item> {
  for (let result = await first; result.done !== true; result = await iterator.next()) {
    yield result.value;
  }
}
