import { DEFAULT_LIMITS } from '../../../src/core/index.js';
import type { BackendFactory, BackendUnderTest, Gaps } from '../../conformance/event-log/index.js';
import { serve } from '../../wire/store-under-test.js';
import { Link } from './link.js';
import { WireBackend } from './wire-backend.js';

/** What the ports have and v1 has not. Keep it short: each entry is a hole in the proof. */
const GAPS: Gaps = {
  'whole milliseconds': 'pages of v1 end after any event, by cursors; storegrpc has the others',
  'pages of all events': 'all events come by Subscribe, which chooses how many it sends at once',
  'declaring given codes': 'DeclareType takes no codes from 1,000,000,000 on',
  'pages of lists': 'the client hands out lists one by one, and keeps page tokens to itself',
  'many calls': 'a call takes milliseconds: what is repeated is repeated less often',
};

/** The kit's largest contents are a few bytes larger as JSON (event-codec.ts). */
const LIMITS = {
  ...DEFAULT_LIMITS,
  payloadBytesMax: DEFAULT_LIMITS.payloadBytesMax + 100,
  metadataBytesMax: DEFAULT_LIMITS.metadataBytesMax + 100,
  appendBytesMax: DEFAULT_LIMITS.appendBytesMax + 1_000,
};

/** The same backend behind a server in this process, seen through the client. */
export function overTheWire(factory: BackendFactory): BackendFactory {
  return async () => open(await factory());
}

async function open(inner: BackendUnderTest): Promise<BackendUnderTest> {
  const server = await serve(() => inner.backend, { limits: LIMITS });
  const link = new Link(server.address);
  const stop = async (): Promise<void> => {
    await link.close();
    await server.stop();
  };
  const { reopen } = inner;
  return {
    backend: new WireBackend(inner.backend, link),
    gaps: GAPS,
    ...(reopen && {
      reopen: async () => {
        await stop();
        return open(await reopen());
      },
    }),
    async cleanup() {
      await stop();
      await inner.cleanup();
    },
  };
}
