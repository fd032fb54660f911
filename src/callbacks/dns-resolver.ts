import { Resolver } from 'node:dns/promises';
import type { Timers } from '../runtime/index.js';
import { HostsFile, systemHostsPath } from './hosts-file.js';
import type { Resolve, ResolvedAddress } from './resolver.js';
import { SearchList, systemResolvConfPath } from './search-list.js';

export interface DnsSettings {
  readonly timers: Timers;
  /** For one name, over all search domains, servers and tries. */
  readonly timeoutMs: number;
  /** Such as `127.0.0.1:53`; the system's when absent. */
  readonly servers?: readonly string[];
  /** The system's hosts file when absent. */
  readonly hostsPath?: string;
  /** Has the search domains; the system's when absent. */
  readonly resolvConfPath?: string;
}

const TRIES = 2;
/** The second try waits twice as long as the first; the rest is for a second server. */
const FIRST_TRY_PART = 4;

type FailureCode = 'ENOTFOUND' | 'ETIMEOUT' | 'ESERVFAIL';

const CODES: ReadonlyMap<unknown, FailureCode> = new Map([
  ['ENOTFOUND', 'ENOTFOUND'],
  ['ENODATA', 'ENOTFOUND'],
  ['EBADNAME', 'ENOTFOUND'],
  ['ETIMEOUT', 'ETIMEOUT'],
  ['ECANCELLED', 'ETIMEOUT'],
]);

class LookupError extends Error {
  override readonly name = 'LookupError';
  readonly code: FailureCode;

  constructor(code: FailureCode) {
    super('the name was not resolved');
    this.code = code;
  }
}

/**
 * The hosts file first, with the name as it is written, then the name servers, with the search
 * domains. By sockets of its own: the system's getaddrinfo would share few threads among all
 * names, and cannot be stopped.
 */
export function dnsResolve(settings: DnsSettings): Resolve {
  const hosts = new HostsFile(settings.hostsPath ?? systemHostsPath());
  const search = new SearchList(settings.resolvConfPath ?? systemResolvConfPath());
  return async (hostname, signal) => {
    const listed = await hosts.addressesOf(hostname);
    if (listed.length > 0) return listed;
    return askInTurn(await search.candidatesOf(hostname), settings, signal);
  };
}

/** The addresses of the first name that has any. */
async function askInTurn(
  names: readonly string[],
  settings: DnsSettings,
  signal: AbortSignal,
): Promise<readonly ResolvedAddress[]> {
  const { timers, timeoutMs, servers } = settings;
  // one for each look-up, since cancel() ends all that it asks; it reads resolv.conf anew
  const resolver = new Resolver({
    timeout: Math.max(1, Math.round(timeoutMs / FIRST_TRY_PART)),
    tries: TRIES,
  });
  if (servers !== undefined) resolver.setServers(servers);
  const [answered, over] = [new AbortController(), new AbortController()];
  const limit = timers.sleep(timeoutMs, AbortSignal.any([signal, answered.signal]));
  void limit.then(() => {
    over.abort();
    resolver.cancel();
  });
  try {
    for (const name of names) {
      // cancel() does not reach what is asked after it
      if (over.signal.aborted) throw new LookupError('ETIMEOUT');
      const found = await ask(name, resolver);
      if (found.length > 0) return found;
    }
  } finally {
    answered.abort();
  }
  throw new LookupError('ENOTFOUND');
}

/** Empty if the servers say that there are none; rejects if they do not say. */
async function ask(name: string, resolver: Resolver): Promise<readonly ResolvedAddress[]> {
  const asked = [resolver.resolve4(name), resolver.resolve6(name)] as const;
  const [four, six] = await Promise.allSettled(asked);
  const found = [...addressesOf(four, 4), ...addressesOf(six, 6)];
  if (found.length > 0) return found;
  const code = failureOf([four, six]);
  if (code === 'ENOTFOUND') return [];
  throw new LookupError(code);
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: number): ResolvedAddress[] {
  if (answer.status === 'rejected') return [];
  return answer.value.map((address) => ({ address, family }));
}

/** Unknown only if both say so. */
function failureOf(answers: readonly PromiseSettledResult<string[]>[]): FailureCode {
  const codes = answers.map((answer) =>
    answer.status === 'rejected' ? codeOf(answer.reason) : 'ENOTFOUND',
  );
  return codes.find((code) => code !== 'ENOTFOUND') ?? 'ENOTFOUND';
}

function codeOf(error: unknown): FailureCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return CODES.get(code) ?? 'ESERVFAIL';
}
