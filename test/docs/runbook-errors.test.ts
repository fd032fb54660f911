import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_CATALOGUE } from '../../src/core/index.js';
import { readGuide } from './guide-files.js';

/** Of a code: what stands below its heading. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const part = /^## Error codes\n([^]*?)(?=^## |(?![^]))/m.exec(text)?.[1] ?? '';
  const sections = [...part.matchAll(/^### (.*)\n([^]*?)(?=^### |(?![^]))/gm)];
  return new Map(sections.map(([, code = '', body = '']) => [code, body.trim()]));
}

test('the runbook says of each code what to do, and of no other', () => {
  const sections = sectionsOf(readGuide('runbook').text);
  assert.deepEqual([...sections.keys()].toSorted(), Object.keys(ERROR_CATALOGUE).toSorted());
  for (const [code, body] of sections) assert.ok(body.length > 40, `${code}: "${body}"`);
});
