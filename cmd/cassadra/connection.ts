import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { connect, type Cassadra, type ConnectOptions } from '../../src/client/index.js';
import { cliSettings, parseSettings, type CliVariables } from '../../src/runtime/index.js';
import { CliError } from './cli-error.js';
import { parseDuration } from './times.js';

/** What transfers wait for a server that restarts, at least. */
const PATIENT_RETRY_MS = 60_000;

export interface ConnectionFlags {
  readonly server?: string;
  readonly token?: string;
  readonly allowInsecureToken?: boolean;
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsServerName?: string;
  readonly timeout?: number;
  readonly retry?: number;
}

const GROUP = 'Connection:';

/** The flags of every command that calls a server; each has a variable of the environment. */
export function addConnectionFlags(command: Command): Command {
  const flags = [
    new Option('--server <host:port>', 'the server (CASSADRA_SERVER, 127.0.0.1:8080)'),
    new Option('--token <token>', 'bearer token (CASSADRA_TOKEN)'),
    new Option('--allow-insecure-token', 'send the token without TLS, too'),
    new Option('--tls', 'speak TLS (CASSADRA_TLS)'),
    new Option('--tls-ca <file>', 'authorities to trust, PEM (CASSADRA_TLS_CA)'),
    new Option('--tls-cert <file>', 'certificate of the client, PEM (CASSADRA_TLS_CERT)'),
    new Option('--tls-key <file>', 'key of the client, PEM (CASSADRA_TLS_KEY)'),
    new Option('--tls-server-name <name>', 'name on the server’s certificate'),
    new Option('--timeout <time>', 'for one try of a call (10s)').argParser(parseDuration),
    new Option('--retry <time>', 'how long to try while the server is away (5s)').argParser(
      parseDuration,
    ),
  ];
  for (const flag of flags) command.addOption(flag.helpGroup(GROUP));
  return command;
}

/** Flags go before the environment. */
function variablesOf(flags: ConnectionFlags): CliVariables {
  const given: Readonly<Record<string, string | number | boolean | undefined>> = {
    CASSADRA_SERVER: flags.server,
    CASSADRA_TOKEN: flags.token,
    CASSADRA_ALLOW_INSECURE_TOKEN: flags.allowInsecureToken,
    CASSADRA_TLS: flags.tls,
    CASSADRA_TLS_CA: flags.tlsCa,
    CASSADRA_TLS_CERT: flags.tlsCert,
    CASSADRA_TLS_KEY: flags.tlsKey,
    CASSADRA_TLS_SERVER_NAME: flags.tlsServerName,
    CASSADRA_TIMEOUT_MS: flags.timeout,
    CASSADRA_RETRY_MS: flags.retry,
  };
  const set = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return parseSettings(cliSettings, { ...process.env, ...Object.fromEntries(set) });
}

function pem(variable: string, path: string | undefined): { readonly text?: Buffer } {
  if (path === undefined) return {};
  try {
    return { text: readFileSync(path) };
  } catch {
    throw new CliError('misused', `${variable} names ${path}, which cannot be read: correct it`);
  }
}

function tlsOf(variables: CliVariables): Pick<ConnectOptions, 'tls'> {
  const { text: ca } = pem('CASSADRA_TLS_CA', variables.CASSADRA_TLS_CA);
  const { text: cert } = pem('CASSADRA_TLS_CERT', variables.CASSADRA_TLS_CERT);
  const { text: key } = pem('CASSADRA_TLS_KEY', variables.CASSADRA_TLS_KEY);
  const serverName = variables.CASSADRA_TLS_SERVER_NAME;
  const parts = [ca, cert, key, serverName];
  if (parts.every((part) => part === undefined)) return variables.CASSADRA_TLS ? { tls: true } : {};
  return {
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { serverName }),
    },
  };
}

/** The client that the flags ask for. `patient`: for what runs long and must not give up soon. */
export function openStore(flags: ConnectionFlags, patient = false): Cassadra {
  const variables = variablesOf(flags);
  const token = variables.CASSADRA_TOKEN;
  const forMs = patient
    ? Math.max(variables.CASSADRA_RETRY_MS, PATIENT_RETRY_MS)
    : variables.CASSADRA_RETRY_MS;
  return connect({
    address: variables.CASSADRA_SERVER,
    ...tlsOf(variables),
    ...(token === undefined ? {} : { token }),
    allowInsecureToken: variables.CASSADRA_ALLOW_INSECURE_TOKEN,
    timeoutMs: variables.CASSADRA_TIMEOUT_MS,
    retry: { forMs },
  });
}
