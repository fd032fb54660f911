import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isWithinNamespace, namespaceOf, whyNoNamespaces, withinNamespace } from './namespaces.js';
import { runCommand } from './run-command.js';

const TRIAL = fileURLToPath(new URL('./trial/main.js', import.meta.url));

test('hosts are cut off one way, both ways, wholly; slowed down; and healed', async (t) => {
  const why = await whyNoNamespaces();
  if (why !== undefined && process.env['CI'] !== 'true') {
    t.skip(why);
    return;
  }
  assert.equal(why, undefined);
  const before = namespaceOf('self');
  await runCommand(withinNamespace([process.execPath, '--enable-source-maps', TRIAL]));
  assert.equal(namespaceOf('self'), before);
});

test('this process knows that it is in no namespace of its own', () => {
  assert.equal(isWithinNamespace(), false);
});
