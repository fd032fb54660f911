import type { Page } from '../../api/page.js';

interface LateQuery {
  readonly dueUntilMs: number;
  readonly pageToken: string;
}

/**
 * A page of what was due before a time. The server's tokens hold for one such time only: ours carry
 * it, so that all pages are of the time at which the first was asked for.
 */
export async function latePage<Item>(
  pageToken: string,
  untilMs: number,
  list: (query: LateQuery) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const [bound = '', ...rest] = pageToken.split(' ');
  const dueUntilMs = pageToken === '' ? untilMs : Number(bound);
  const page = await list({ dueUntilMs, pageToken: rest.join(' ') });
  if (page.nextPageToken === '') return page;
  return { ...page, nextPageToken: `${String(dueUntilMs)} ${page.nextPageToken}` };
}
