import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { call } from './http-caller.js';
import { serveHttp, type HttpUnderTest } from './http-under-test.js';

const KEBAB = {
  'event-id': 'e1',
  'application-id': 'bad',
  event: { a: 1 },
  expiry: 4_000_000_000,
  url: 'http://127.0.0.1:9/x',
};
const CAMEL = {
  eventId: 'e1',
  application: 'bad',
  eventJson: '{}',
  expiry: 4_000_000_000,
  destinationUrl: 'http://127.0.0.1:9/x',
};

const kebab = (changes: object): string => JSON.stringify({ ...KEBAB, ...changes });
const camel = (changes: object): string => JSON.stringify({ ...CAMEL, ...changes });
const expiry = (source: string): string => kebab({}).replace('4000000000', source);

const MEGABYTE = 1_000_000;

/** What the answer says, by what was sent. */
const CASES: readonly (readonly [name: string, body: string | Buffer, answer: string])[] = [
  ...Object.keys(KEBAB).map(
    (name) =>
      [`no ${name}`, kebab({ [name]: undefined }), `^(${name}|.* or .*) .*missing$`] as const,
  ),
  ['no event-id', kebab({ 'event-id': undefined }), '^event-id or eventId is missing$'],
  ['both spellings', kebab({ eventId: 'e1' }), '^eventId is the same field as event-id$'],
  ['both spellings, of the url', camel({ url: 'http://a/' }), '^url is the same field as'],
  ['an unknown field', kebab({ retries: 3 }), '^retries is not a field of this call$'],
  ['__proto__', kebab({}).replace('{', '{"__proto__":{},'), '^__proto__ is not a field'],
  ['a name twice', kebab({}).replace('{', '{"url":"http://b/",'), '^url stands twice'],
  ['expiry as text', kebab({ expiry: '4000000000' }), '^expiry must be a number'],
  ['expiry null', kebab({ expiry: null }), '^expiry must be a number'],
  ['a negative expiry', expiry('-1'), '^expiry must not be negative$'],
  ['a fractional expiry', expiry('1524141245.5'), '^expiry must be a whole number$'],
  ['an infinite expiry', expiry('1e999'), '^expiry must be a whole number$'],
  ['the lowest ambiguous expiry', expiry('100000000000'), '^expiry is ambiguous: below 1000'],
  ['the highest ambiguous expiry', expiry('999999999999'), '^expiry is ambiguous'],
  ['seconds beyond the horizon', expiry('99999999999'), '^expiry must be at most 36525 days'],
  ['ms beyond the horizon', expiry('9000000000000'), '^expiry must be at most 36525 days'],
  ['an expiry over 2^53', expiry('1e20'), '^expiry must be at most 36525 days ahead'],
  ['an unknown method', kebab({ method: 'TRACE' }), '^method must be one of POST, GET'],
  ['the same, camel', camel({ httpMethod: 'get it' }), '^httpMethod must be one of'],
  ['a method that is no text', kebab({ method: 1 }), '^method must be a string$'],
  ['an empty event-id', kebab({ 'event-id': '' }), '^event-id must not be empty$'],
  ['the same, camel', camel({ eventId: '' }), '^eventId must not be empty$'],
  ['an event-id that is no text', kebab({ 'event-id': 1 }), '^event-id must be a string$'],
  ['a long application', camel({ application: 'x'.repeat(201) }), '^application is 201 bytes'],
  ['the same, kebab', kebab({ 'application-id': 'é'.repeat(101) }), '^application-id is 202 bytes'],
  ['half a character in a name', kebab({ 'event-id': '\ud800' }), '^event-id must be well-formed'],
  ['half a character in the event', kebab({ event: '\udc00' }), '^event must be well-formed'],
  ['a relative url', kebab({ url: '/x' }), '^url must be an absolute URL$'],
  ['the same, camel', camel({ destinationUrl: 'x' }), '^destinationUrl must be an absolute URL$'],
  ['another scheme', kebab({ url: 'ftp://a/' }), '^url must begin with http:// or https://$'],
  ['a password', kebab({ url: 'http://a:b@c/' }), '^url must not contain a user name'],
  ['a line break in the url', kebab({ url: 'http://a/\r\nx' }), '^url must not contain control'],
  ['headers that are no list', kebab({ 'request-headers': 'A: b' }), '^request-headers must be'],
  ['a header that is no text', camel({ headers: ['A: b', 1] }), '^headers\\[1\\] must be a string'],
  ['a header without a colon', camel({ headers: ['A'] }), '^headers\\[0\\] must be a string "Name'],
  [
    'CR and LF in a header',
    kebab({ 'request-headers': ['A: b\r\nHost: evil'] }),
    '^request-headers\\[0\\] must not contain control characters',
  ],
  ['LF at its end', camel({ headers: ['A: b\n'] }), '^headers\\[0\\] must not contain control'],
  ['CR in its name', camel({ headers: ['A\r: b'] }), '^headers\\[0\\] must have a header name'],
  ['a header of ours', kebab({ 'request-headers': ['Host: a'] }), '^request-headers\\[0\\] must'],
  [
    'too many headers',
    camel({ headers: Array(65).fill('A: b') }),
    '^headers is 6., over the limit',
  ],
  ['an event of 2 MB', kebab({ event: 'x'.repeat(2 * MEGABYTE) }), '^event is 2000000 bytes, over'],
  [
    'the same as JSON, camel',
    camel({ eventJson: ['x'.repeat(2 * MEGABYTE)] }),
    '^eventJson is 2000004 bytes, over the limit of 1048576$',
  ],
  ['no body', '', '^body must be JSON, and is empty$'],
  ['no JSON', 'event-id=e1', '^body must be valid JSON$'],
  ['a list', `[${kebab({})}]`, '^body must be a JSON object$'],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '^body must be valid UTF-8$'],
  [
    'deep nesting',
    kebab({}).replace('{"a":1}', '['.repeat(64) + ']'.repeat(64)),
    '^body must not be nested deeper than 64$',
  ],
];

describe('bad input to Cassata', () => {
  let http: HttpUnderTest;
  before(async () => {
    http = await serveHttp();
  });
  after(() => http.stop());

  const nothingStored = async (): Promise<void> => {
    const all = { statuses: [], fromMs: 0, untilMs: 1e15, after: undefined, limit: 10 };
    const { events } = await http.timedEvents.list({ application: 'bad', ...all });
    assert.deepEqual(events, []);
  };

  it('the cases are bad only where they say', async () => {
    const fine = kebab({ 'application-id': 'good' });
    assert.equal((await call(http.port, '/cassata/add', { body: fine })).status, 200);
  });

  for (const [name, body, answer] of CASES) {
    it(`${name}: 400 with a plain text, and nothing stored`, async () => {
      const { status, headers, body: text } = await call(http.port, '/cassata/add', { body });
      assert.match(text, new RegExp(answer));
      assert.equal(status, 400);
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
      await nothingStored();
    });
  }

  it('a body over the limit: 413', async () => {
    const body = kebab({ event: 'x'.repeat(9 * MEGABYTE) });
    const { status, body: text } = await call(http.port, '/cassata/add', { body });
    assert.deepEqual([status, text], [413, 'the body is over the limit (HTTP_BODY_BYTES_MAX)']);
    await nothingStored();
  });
});
