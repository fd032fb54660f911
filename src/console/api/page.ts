import type { JsonFields } from './json-fields.js';

/** A page of a list; the token is empty at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/** The page that an answer holds, its items under `name`. */
export function pageOf<Item>(
  fields: JsonFields,
  name: string,
  read: (fields: JsonFields) => Item,
): Page<Item> {
  return { items: fields.list(name, read), nextPageToken: fields.text('nextPageToken') };
}

/** The items of all pages. */
export async function allOf<Item>(
  load: (pageToken: string) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  let pageToken = '';
  do {
    const { items, nextPageToken } = await load(pageToken);
    all.push(...items);
    pageToken = nextPageToken;
  } while (pageToken !== '');
  return all;
}
