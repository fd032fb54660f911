import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { noted, optionalPath, optionalText, yesOrNo } from './setting-kinds.js';

/** Signatures that only the holder of a private key can make: never `none`, never HS…. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

const isAlgorithm = (text: string): boolean => ALGORITHMS.some((name) => name === text);

const algorithms = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().refine(isAlgorithm)).min(1));

/** Of the servers: who may call, and what they may do. */
export const accessSettings = z.object({
  ACCESS_FILE: optionalPath(
    'JSON file of callers with the hashes of their tokens (`cassadra tokens`). It is read again ' +
      'when it changes.',
  ),
  ACCESS_JWT_ISSUER: optionalText({
    reason: 'Callers may bring JSON Web Tokens of this issuer (`iss`).',
  }),
  ACCESS_JWT_AUDIENCE: optionalText({
    reason: 'The name of this server in them (`aud`); tokens for others are refused.',
  }),
  ACCESS_JWT_JWKS_FILE: optionalPath('The public keys of the issuer: a JSON Web Key Set.'),
  ACCESS_JWT_JWKS_URL: noted(z.string().refine(isKeysUrl).optional(), {
    allowed: 'a URL with `https:` (`http:` on loopback)',
    reason: 'Where the issuer publishes them; fetched again every 5 minutes.',
  }),
  ACCESS_JWT_ALGORITHMS: noted(algorithms.default(['RS256', 'ES256', 'EdDSA']), {
    allowed: `a comma list of ${ALGORITHMS.map((name) => `\`${name}\``).join(', ')}`,
    reason: 'How tokens may be signed.',
    defaultText: '`RS256,ES256,EdDSA`',
  }),
  INSECURE: yesOrNo(
    false,
    'Lets a server listen beyond loopback although everybody who reaches it may do everything.',
  ),
});

export type AccessVariables = z.output<typeof accessSettings>;

type Refuse = (variable: string, message: string) => void;

interface ServerVariables extends AccessVariables {
  readonly HOST: string;
  readonly TLS_CLIENT_CA_FILE?: string | undefined;
}

const WAYS = 'ACCESS_FILE, ACCESS_JWT_ISSUER or TLS_CLIENT_CA_FILE';

/** What the variables must be to each other. */
export function requireAccessTogether(values: ServerVariables, refuse: Refuse): void {
  const { ACCESS_JWT_ISSUER: issuer, ACCESS_JWT_AUDIENCE: audience } = values;
  const sources = [values.ACCESS_JWT_JWKS_FILE, values.ACCESS_JWT_JWKS_URL];
  const sourceCount = sources.filter((source) => source !== undefined).length;
  const jwt = issuer !== undefined;
  if (jwt !== (audience !== undefined)) {
    refuse('ACCESS_JWT_ISSUER', 'and ACCESS_JWT_AUDIENCE are set together or not at all');
  } else if (sourceCount !== (jwt ? 1 : 0)) {
    const need = 'needs one of ACCESS_JWT_JWKS_FILE and ACCESS_JWT_JWKS_URL, and they need it';
    refuse('ACCESS_JWT_ISSUER', need);
  }
  const asked = jwt || (values.ACCESS_FILE ?? values.TLS_CLIENT_CA_FILE) !== undefined;
  if (asked || values.INSECURE || isLoopback(values.HOST)) return;
  const problem = `${values.HOST} lets others call, and nobody is asked who he is`;
  refuse('HOST', `${problem}: set ${WAYS} (docs/guides/security.md), or INSECURE=true`);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only programs of this machine reach an address; of names only `localhost` is known. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(host));
}
