import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLoopback } from './settings-access.js';
import { parseSettings, SettingsError, sinkSettings, storeSettings } from './settings.js';

type Environment = Readonly<Record<string, string>>;

const JWT = { ACCESS_JWT_ISSUER: 'https://login.example', ACCESS_JWT_AUDIENCE: 'cassadra' };
const KEYS = { ACCESS_JWT_JWKS_URL: 'https://login.example/jwks' };
const TLS = { TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k', TLS_CLIENT_CA_FILE: 'ca' };

function problemOf(env: Environment, table: typeof storeSettings | typeof sinkSettings): string {
  try {
    parseSettings(table, env);
    return '';
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message;
  }
}

describe('who may call, in the settings', () => {
  test('beyond loopback somebody must be asked who he is, or INSECURE be said', () => {
    for (const table of [storeSettings, sinkSettings]) {
      for (const HOST of ['0.0.0.0', '::', '10.0.0.1', 'store.example', '127.1']) {
        const problem = problemOf({ HOST }, table);
        assert.match(problem, /^HOST .* set ACCESS_FILE, ACCESS_JWT_ISSUER or TLS_CLIENT_CA_FILE/);
        assert.match(problem, /INSECURE=true$/);
        assert.match(problemOf({ HOST, INSECURE: 'false' }, table), /^HOST /);
        const noClients = { TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k' };
        assert.match(problemOf({ HOST, ...noClients }, table), /^HOST /);
        for (const way of [
          { ACCESS_FILE: 'a.json' },
          { ...JWT, ...KEYS },
          TLS,
          { INSECURE: 'true' },
        ] satisfies Environment[]) {
          assert.equal(problemOf({ HOST, ...way }, table), '');
        }
      }
      for (const HOST of ['127.0.0.1', '127.0.1.1', '::1', '::ffff:127.0.0.1', 'localhost']) {
        assert.equal(problemOf({ HOST }, table), '', HOST);
        assert.ok(isLoopback(HOST));
      }
    }
  });

  test('what belongs together', () => {
    const problem = (env: Environment): string => problemOf(env, storeSettings);
    assert.match(problem({ ACCESS_JWT_ISSUER: 'x' }), /^ACCESS_JWT_ISSUER and ACCESS_JWT_AUDIENCE/);
    assert.match(problem({ ACCESS_JWT_AUDIENCE: 'x' }), /set together/);
    assert.match(problem(JWT), /^ACCESS_JWT_ISSUER needs one of/);
    assert.match(problem(KEYS), /^ACCESS_JWT_ISSUER needs one of/);
    assert.match(problem({ ...JWT, ...KEYS, ACCESS_JWT_JWKS_FILE: 'x' }), /needs one of/);
    assert.equal(problem({ ...JWT, ACCESS_JWT_JWKS_FILE: 'x' }), '');
  });

  test('keys come over TLS, or from this machine', () => {
    const problem = (url: string): string =>
      problemOf({ ...JWT, ACCESS_JWT_JWKS_URL: url }, storeSettings);
    for (const url of ['https://a.example/x', 'http://127.0.0.1:9/x', 'http://[::1]/x']) {
      assert.equal(problem(url), '', url);
    }
    for (const url of ['http://a.example/x', 'file:///x', 'x', 'https://u:p@a.example/x']) {
      assert.match(problem(url), /^ACCESS_JWT_JWKS_URL must be a URL/, url);
    }
  });

  test('algorithms without a private key cannot be named', () => {
    const problem = (names: string): string =>
      problemOf({ ACCESS_JWT_ALGORITHMS: names }, storeSettings);
    assert.equal(problem('RS256, PS512,EdDSA'), '');
    for (const names of ['none', 'HS256', 'RS256,HS512', 'RS256,,ES256', 'rs256']) {
      assert.match(problem(names), /^ACCESS_JWT_ALGORITHMS must be a comma list of `RS256`/, names);
    }
    const { ACCESS_JWT_ALGORITHMS: standard } = parseSettings(storeSettings, {});
    assert.deepEqual(standard, ['RS256', 'ES256', 'EdDSA']);
  });
});
