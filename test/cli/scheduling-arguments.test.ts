import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cli } from './cli.js';

const CREATE = ['schedules', 'create', 'shop', 'report'];
const URL = ['--url', 'https://example.com'];
const SET = ['applications', 'set-credentials', 'shop', 'https://example.com'];

/** Nobody is there: what is refused is refused before a server is asked. */
const NOWHERE = { CASSADRA_SERVER: '127.0.0.1:1', CASSADRA_RETRY_MS: '1' };

const WRONG: Readonly<Record<string, readonly (readonly [RegExp, readonly string[]])[]>> = {
  schedules: [
    [/say when: --cron or --every/, [...CREATE, ...URL]],
    [/one of --cron and --every/, [...CREATE, ...URL, '--cron', '* * * * *', '--every', '1m']],
    [/say what: --url to call, or --stream/, [...CREATE, '--every', '1m']],
    [/--url or --stream with the rest/, [...CREATE, '--every', '1m', '--data', '1']],
    [/--phase goes with --every/, [...CREATE, ...URL, '--cron', '* * * * *', '--phase', '1m']],
    [/--time-zone goes with --cron/, [...CREATE, ...URL, '--every', '1m', '--time-zone', 'UTC']],
    [/go with --missed fire-all/, [...CREATE, ...URL, '--every', '1m', '--missed-max', '3']],
    [/'--every <time>' argument '5x' is invalid/, [...CREATE, ...URL, '--every', '5x']],
    [/Or none\. See/, [...CREATE, ...URL, '--every', '1m', '--end', 'soon']],
    [/Allowed choices are skip, allow/, [...CREATE, ...URL, '--overlap', 'both']],
    [/--max-lateness goes with/, [...CREATE, ...URL, '--every', '1m', '--max-lateness', '5m']],
    [/say which runs: --from and --until/, ['schedules', 'backfill', 'shop', 'report']],
    [/missing required argument 'schedule-id'/, ['schedules', 'pause', 'shop']],
  ],
  timers: [
    [/--max-lateness goes with/, ['schedule', ...URL, '--in', '1h', '--when-late', 'skip']],
    [/--max-lateness goes with/, ['schedule', ...URL, '--in', '1h', '--max-lateness', '1m']],
    [/or else --all/, ['timers', 'replay']],
    [/or else --all/, ['timers', 'replay', '--all', '--application', 'shop']],
    [/'--status <list>' argument '5x'/, ['timers', 'replay', '--status', '5x']],
    [/say --yes, or --dry-run/, ['timers', 'purge-failed', '--all']],
    [/or else --all/, ['timers', 'purge-failed', '--yes']],
    [/whole number from 1 to 10000/, ['timers', 'replay', '--all', '--per-second', '0']],
  ],
  applications: [
    [/whole number, or none/, ['applications', 'set', 'shop', '--concurrency', '1.5']],
    [/Write a number, or none/, ['applications', 'set', 'shop', '--rate', 'many']],
    [/one of --basic, --bearer and --mtls/, SET],
    [/one of --basic, --bearer and --mtls/, [...SET, '--bearer', '--mtls']],
    [/--mtls takes --cert and --key/, [...SET, '--mtls', '--cert', 'c.pem']],
    [/go with --mtls/, [...SET, '--bearer', '--cert', 'c.pem']],
    [/cannot be read/, [...SET, '--bearer', '--secret-file', '/nowhere/token']],
    [/the token is empty/, [...SET, '--bearer']],
    [/unknown option '--token-text'/, [...SET, '--bearer', '--token-text', 't']],
    [/Allowed choices are hmac-sha256/, ['keys', 'create', 'shop', 'k', '--kind', 'rsa']],
    [/the key is empty/, ['keys', 'create', 'shop', 'k', '--secret-file', '-']],
  ],
};

describe('arguments of commands about schedules, failed timed events and applications', () => {
  for (const [name, cases] of Object.entries(WRONG)) {
    test(`${name}: what is wrong is one line, and exit code 2`, async (t) => {
      const cli = new Cli(t, NOWHERE);
      for (const [message, args] of cases) {
        const { code, stderr, stdout } = await cli.run(args);
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
        assert.match(stderr, message);
        assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
        assert.equal(stdout, '');
      }
    });
  }

  test('a secret that is not text is refused without a word of it', async (t) => {
    const cli = new Cli(t, NOWHERE);
    const broken = 'hush\u0000hush';
    const { code, stderr } = await cli.run([...SET, '--bearer'], broken);
    assert.equal(code, 4, 'it is text, and the server is asked');
    assert.doesNotMatch(stderr, /hush/);
  });
});
