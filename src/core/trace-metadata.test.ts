import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sameMetadata, withTrace } from './trace-metadata.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const TRACE = { traceparent: PARENT, tracestate: 'a=1' };
const LATER = { traceparent: PARENT.replace('b7ad', 'c000'), tracestate: '' };

describe('traces in metadata', () => {
  test('are added where there is none', () => {
    const both = `{"traceparent":"${PARENT}","tracestate":"a=1"}`;
    assert.equal(withTrace(undefined, TRACE), both);
    assert.equal(withTrace('{}', TRACE), both);
    assert.equal(
      withTrace('{"z":"1","a":"\\u00e9"}', LATER),
      `{"a":"é","traceparent":"${LATER.traceparent}","z":"1"}`,
    );
  });

  test('are not added where the caller says one, or where no keys can be', () => {
    const own = ['{"traceparent":"mine"}', '{"tracestate":"mine=1"}'];
    for (const metadata of [...own, 'no JSON', '[1]', '"text"', '{"number":1}', 'null']) {
      assert.equal(withTrace(metadata, TRACE), metadata);
    }
  });

  test('do not count in a comparison', () => {
    for (const metadata of [undefined, '{}', '{"a":"1"}', '{"z":"1","a":"2"}', 'no JSON', '[]']) {
      const [first, second] = [withTrace(metadata, TRACE), withTrace(metadata, LATER)];
      assert.ok(sameMetadata(first, second), metadata);
      assert.ok(sameMetadata(first, metadata), metadata);
      assert.ok(sameMetadata(metadata, second), metadata);
    }
    assert.ok(sameMetadata('{"traceparent":"mine"}', withTrace(undefined, TRACE)));
  });

  test('hide no other difference', () => {
    const pairs = [
      ['{"a":"1"}', '{"a":"2"}'],
      ['{"a":"1"}', undefined],
      ['{"a":"1"}', '{"a":"1","b":""}'],
      ['{"a":1}', '{"a":"1"}'],
      ['{"b":"1","a":"1"}', '{"a":"1","b":"1"}'],
      ['no JSON', '{}'],
      ['{}', undefined],
    ] as const;
    for (const [left, right] of pairs) {
      assert.ok(!sameMetadata(left, right), `${left} and ${right}`);
      const isMap = left !== 'no JSON' && left !== '{}' && !left.startsWith('{"b"');
      if (isMap) assert.ok(!sameMetadata(withTrace(left, TRACE), withTrace(right, LATER)), left);
    }
  });
});
