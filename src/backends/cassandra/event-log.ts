import { AppError, type WriteLimits } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { EventLog } from '../../storage/index.js';
import { Appender } from './appender.js';
import { ConditionalWriter } from './conditional-write.js';
import type { CqlSession } from './cql-session.js';
import { unavailable } from './errors.js';
import type { Feed } from './feed/index.js';
import type { Statements } from './statements.js';
import type { StreamDirectory } from './stream-directory.js';
import type { StreamHeads } from './stream-heads.js';
import { StreamReader } from './stream-reader.js';
import { TypeReader } from './type-reader.js';

export interface EventLogParts {
  readonly session: CqlSession;
  readonly statements: Statements;
  readonly heads: StreamHeads;
  readonly directory: StreamDirectory;
  readonly feed: Feed;
  readonly viewIsComplete: boolean;
}

/** The event log on Cassandra: see the port for its contract, the README here for the how. */
export function createEventLog(
  parts: EventLogParts,
  limits: WriteLimits,
  components: Components,
): EventLog {
  const { session, statements, heads, directory, feed } = parts;
  const reader = new StreamReader(session, statements, heads);
  const writer = new ConditionalWriter(parts, components);
  const appender = new Appender({ heads, writer, reader, directory }, limits, components);
  const types = new TypeReader(parts, feed.lowWaterMark);
  return {
    append: (request) => appender.append(request),
    readStream: (query) => reader.read(query),
    readByType: (query) => types.read(query),
    readAll: () => Promise.reject(noOrderOfAll()),
    feedEnd: async () => ({ kind: 'savetime', savetimeMs: (await feed.lowWaterMark.now()) - 1 }),
    async currentVersion(stream) {
      try {
        return (await heads.read(stream, 'read')).version;
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

function noOrderOfAll(): AppError {
  const message = 'Cassandra keeps events by stream and by type: subscribe to types instead of all';
  return new AppError('NOT_SUPPORTED', message);
}
