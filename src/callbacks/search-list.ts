import { ParsedFile } from './parsed-file.js';

const DOMAINS_MAX = 6;
const DOTS_DEFAULT = 1;
const DOTS_MAX = 15;

interface SearchRule {
  readonly domains: readonly string[];
  /** A name with so many dots is asked for as it is written first. */
  readonly dots: number;
}

/** Undefined where the system has none. */
export function systemResolvConfPath(): string | undefined {
  return process.platform === 'win32' ? undefined : '/etc/resolv.conf';
}

/** The search domains of resolv.conf(5). Read again when the file has changed. */
export class SearchList {
  readonly #file: ParsedFile<SearchRule> | undefined;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : new ParsedFile(path, parse);
  }

  /** What name servers are to be asked for, one after the other; at least one name. */
  async candidatesOf(hostname: string): Promise<readonly string[]> {
    // the dot at the end is not sent
    if (this.#file === undefined || hostname.endsWith('.')) return [hostname];
    const { domains, dots } = await this.#file.content();
    const longer = domains.map((domain) => (domain === '' ? hostname : `${hostname}.${domain}`));
    const asWrittenFirst = hostname.split('.').length - 1 >= dots;
    const names = asWrittenFirst ? [hostname, ...longer] : [...longer, hostname];
    return [...new Set(names)];
  }
}

function parse(text: string): SearchRule {
  let search: readonly string[] = [];
  let domain: readonly string[] = [];
  let dots = DOTS_DEFAULT;
  for (const line of text.split('\n')) {
    // a keyword counts at the beginning of a line only
    const [keyword, ...values] = line.trimEnd().split(/\s+/);
    if (keyword === 'options') dots = dotsOf(values) ?? dots;
    if (values.length === 0) continue;
    if (keyword === 'search') search = values.slice(0, DOMAINS_MAX);
    if (keyword === 'domain') domain = values.slice(0, 1);
  }
  const domains = search.length > 0 ? search : domain;
  // the root, `.`, becomes empty
  return { domains: domains.map((name) => name.replace(/\.$/, '')), dots };
}

function dotsOf(options: readonly string[]): number | undefined {
  const counts = options.flatMap((option) => /^ndots:(\d+)$/.exec(option)?.[1] ?? []);
  const last = counts.at(-1);
  return last === undefined ? undefined : Math.min(Number(last), DOTS_MAX);
}
