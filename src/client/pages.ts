/** The part of a request that asks for a page. */
interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

const PAGE_SIZE = 1_000;

/** All pages of a list, each read when the one before is used up. */
export async function* pagesOf<Page extends { readonly nextPageToken: string }>(
  read: (page: PageRequest) => Promise<Page>,
): AsyncGenerator<Page, void> {
  let pageToken = '';
  do {
    const page = await read({ pageSize: PAGE_SIZE, pageToken });
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
}
