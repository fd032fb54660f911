import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DescMethod, JsonObject } from '@bufbuild/protobuf';
import { ANYBODY, parseAccessFile, ROLES, type Caller } from '../../src/access/index.js';
import { AppError } from '../../src/core/index.js';
import { parseSettings, projectDirectory, storeSettings } from '../../src/runtime/index.js';
import { call } from '../http/http-caller.js';
import {
  allMethods,
  fieldsNamed,
  outcomeOf,
  requestWith,
  type FieldPath,
} from './method-caller.js';
import { secured, type SecuredStore } from './secured-store.js';

const OWN_ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
const STRANGE_ID = '0ade87a1-9df9-46bb-aae6-63b2b763094d';
const ROW = /^\| `([\w.]+)` \| ([`\w ]+) \| ([a-z, ]+) \| (own|all|any) \| (own|all|any) \|$/gm;

const guide = readFileSync(join(projectDirectory(), 'docs/guides/security.md'), 'utf8');
const rows = new Map(
  [...guide.matchAll(ROW)].flatMap(([, service, methods = '', roles = '', streams, applications]) =>
    [...methods.matchAll(/\w+/g)].map(
      ([method]) =>
        [
          `${service}/${method}`,
          { roles: roles.split(', ').sort(), streams, applications },
        ] as const,
    ),
  ),
);

type Kind = 'streams' | 'applications';

const neverEnds = (): AbortSignal => new AbortController().signal;
const nameOf = (method: DescMethod): `${string}/${string}` =>
  `${method.parent.typeName}/${method.name}`;
const callerWith = (rights: Partial<Caller>): Caller => ({ ...ANYBODY, name: 'c', ...rights });
const LIMITED_STREAMS = callerWith({ streamPrefixes: ['own-', OWN_ID] });
const LIMITED_APPLICATIONS = callerWith({ applications: ['own'] });

/** Where the streams and applications of a request stand. */
function namesIn(method: DescMethod, kind: Kind): FieldPath[] {
  if (kind === 'applications') return fieldsNamed(method.input, 'application');
  const seed = method.parent.typeName.startsWith('storegrpc.');
  return fieldsNamed(method.input, seed ? 'id' : 'stream');
}

describe('the rules of all methods', () => {
  let store: SecuredStore;
  before(async () => {
    store = await secured(async () => ({ authenticate: async () => ANYBODY, watch: neverEnds }));
  });
  after(() => store.stop());

  async function assertLimited(method: DescMethod, kind: Kind): Promise<void> {
    const limited = kind === 'streams' ? LIMITED_STREAMS : LIMITED_APPLICATIONS;
    const paths = namesIn(method, kind);
    for (const path of paths) {
      const seed = path[0] === 'id';
      const [own, strange] = seed ? [OWN_ID, STRANGE_ID] : ['own', 'strange'];
      const ask = (caller: Caller, name: string): Promise<string> => {
        const value = seed || kind === 'applications' ? name : `${name}-1`;
        return outcomeOf(store, caller, method, requestWith(new Map([[path, value]])));
      };
      const where = path.join('.');
      assert.notEqual(await ask(limited, own), 'PERMISSION_DENIED', where);
      assert.equal(await ask(limited, strange), 'PERMISSION_DENIED', where);
      assert.notEqual(await ask(callerWith({}), strange), 'PERMISSION_DENIED', where);
    }
    const told = rows.get(nameOf(method))?.[kind];
    // by its prefix
    if (told === 'own' && method.name === 'ListStreams') return;
    const denied = (await outcomeOf(store, limited, method)) === 'PERMISSION_DENIED';
    assert.equal(told, paths.length > 0 ? 'own' : denied ? 'all' : 'any', kind);
  }

  test('the files of the guide are such as a server takes', () => {
    const block = (name: string): string =>
      new RegExp(`file=${name}\\n([^]*?)\`\`\``).exec(guide)?.[1] ?? '';
    const [entry] = parseAccessFile(block('access\\.json'));
    assert.equal(entry?.name, 'orders');
    const lines = block('server\\.env').trim().split('\n');
    const env: Record<string, string> = { HOST: '0.0.0.0' };
    for (const line of lines) env[line.split('=', 1)[0] ?? ''] = line.replace(/^\w+=/, '');
    const settings = parseSettings(storeSettings, env);
    assert.equal(settings.ACCESS_JWT_AUDIENCE, 'cassadra');
  });

  test('the guide has a row for each method of proto/, and no other', () => {
    assert.deepEqual([...rows.keys()].sort(), allMethods().map(nameOf).sort());
  });

  for (const method of allMethods()) {
    test(nameOf(method), async () => {
      const may: string[] = [];
      for (const role of ROLES) {
        const code = await outcomeOf(store, callerWith({ roles: new Set([role]) }), method);
        if (code !== 'PERMISSION_DENIED') may.push(role);
      }
      assert.deepEqual(may.sort(), rows.get(nameOf(method))?.roles);
      await assertLimited(method, 'streams');
      await assertLimited(method, 'applications');
    });
  }

  test('a timed event that appends needs the role, too', async () => {
    const scheduler = callerWith({ roles: new Set(['schedule']) });
    const request: JsonObject = { application: 'a', append: { stream: 's' } };
    const asks: readonly (readonly [string, JsonObject])[] = [
      ['Schedule', request],
      ['ScheduleBatch', { requests: [request] }],
      ['CreateSchedule', { application: 'a', plan: { run: { append: { stream: 's' } } } }],
      ['UpdateSchedule', { application: 'a', plan: { run: { append: { stream: 's' } } } }],
    ];
    for (const [name, asked] of asks) {
      const method = allMethods().find((one) => one.name === name);
      assert.ok(method !== undefined);
      assert.equal(await outcomeOf(store, scheduler, method, asked), 'PERMISSION_DENIED', name);
      const both = callerWith({ roles: new Set(['schedule', 'append']) });
      assert.equal(await outcomeOf(store, both, method, asked), 'INVALID_ARGUMENT', name);
    }
  });

  test('feeds by prefix: never one that ids may begin with', async () => {
    const limited = callerWith({ streamPrefixes: ['own-', 'fade', 'A'] });
    const method = allMethods().find(({ name }) => name === 'Subscribe');
    assert.ok(method !== undefined);
    const ask = (streamPrefix: string): Promise<string> =>
      outcomeOf(store, limited, method, { all: true, filter: { streamPrefix } });
    for (const prefix of ['', 'ow', 'fade', 'fade87a1', 'fade87a1-9', 'A', 'Abc', 'strange-']) {
      assert.equal(await ask(prefix), 'PERMISSION_DENIED', prefix);
    }
    for (const prefix of ['own-', 'own-1', 'fade-', 'fadex']) {
      assert.equal(await ask(prefix), 'OK', prefix);
    }
  });
});

describe('the routes that are no methods', () => {
  const OPEN = ['/', '/health/liveness', '/health/readiness', '/openapi.json'];

  test('each asks who calls, and what he may do', async (t) => {
    const nobody = callerWith({ roles: new Set() });
    const { http, stop } = await secured(async () => ({
      authenticate: async ({ authorization }) => {
        if (authorization === undefined)
          throw new AppError('UNAUTHENTICATED', 'a token is missing');
        return nobody;
      },
      watch: neverEnds,
    }));
    t.after(stop);
    const routes = http.routes.filter(({ path }) => !path.endsWith('*'));
    assert.ok(routes.length > 10);
    for (const { method, path } of routes) {
      const place = path.replaceAll(/:\w+/g, '1');
      const ask = (headers: Readonly<Record<string, string>>) =>
        call(http.port, place, { method, headers });
      const open = OPEN.includes(path);
      const statuses = [(await ask({})).status, (await ask({ authorization: 'x' })).status];
      const wanted = open ? [path === '/openapi.json' ? 401 : 200, 200] : [401, 403];
      assert.deepEqual(statuses, wanted, `${method} ${path}`);
    }
  });
});
