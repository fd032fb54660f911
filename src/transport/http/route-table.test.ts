import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { RouteTable } from './route-table.js';

test('knows the methods of a path as fastify matches it', async () => {
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  const table = new RouteTable();
  table.watch(app);
  const handler = async (): Promise<string> => 'x';
  app.get('/', handler);
  app.get('/a/:id', handler);
  app.post('/a/:id', handler);
  app.post('/a/:id/:version', handler);
  app.post('/b/list::cancel', handler);
  app.delete('/files.d/*', handler);
  await app.ready();
  const cases: Record<string, string[]> = {
    '/': ['GET', 'HEAD'],
    '/a/1': ['GET', 'HEAD', 'POST'],
    '/a/1/': ['GET', 'HEAD', 'POST'],
    '/a/1/2': ['POST'],
    '/a/1/2/3': [],
    '/a': [],
    '/b': [],
    '/files.d/x/y': ['DELETE'],
    '/files.d/': [],
    '/filesxd/x/y': [],
  };
  for (const [path, methods] of Object.entries(cases)) {
    assert.deepEqual(table.methodsOf(path), methods, path);
  }
  assert.deepEqual(table.methodsOf('/b/list:cancel'), ['POST']);
  await app.close();
});
