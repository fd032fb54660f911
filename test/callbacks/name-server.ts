import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

export type QueryType = 'A' | 'AAAA';

/** A response code, such as 3 for a name that does not exist, and addresses as bytes. */
export interface NameAnswer {
  readonly code?: number;
  readonly addresses?: readonly (readonly number[])[];
}

export interface NameServer {
  /** For `setServers`. */
  readonly address: string;
  /** Such as `one.example A`. */
  readonly asked: ReadonlySet<string>;
  /** Resolves once so many different questions were asked. */
  questions(count: number): Promise<void>;
}

const CODE_OF: Readonly<Record<QueryType, number>> = { A: 1, AAAA: 28 };
const HEAD_BYTES = 12;

function questionOf(query: Buffer): { name: string; type: QueryType; endByte: number } {
  const labels: string[] = [];
  let at = HEAD_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1) === CODE_OF.AAAA ? 'AAAA' : 'A';
  return { name: labels.join('.').toLowerCase(), type, endByte: at + 5 };
}

function recordOf(type: QueryType, address: readonly number[]): Buffer {
  const record = Buffer.alloc(12);
  // the name of the question
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(CODE_OF[type], 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(address.length, 10);
  return Buffer.concat([record, Buffer.from(address)]);
}

/** A name server on 127.0.0.1; silent where `answer` says undefined. */
export async function startNameServer(
  t: TestContext,
  answer: (name: string, type: QueryType) => NameAnswer | undefined = () => undefined,
): Promise<NameServer> {
  const asked = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, endByte } = questionOf(query);
    asked.add(`${name} ${type}`);
    socket.emit('news');
    const said = answer(name, type);
    if (said === undefined) return;
    const records = (said.addresses ?? []).map((address) => recordOf(type, address));
    const head = Buffer.alloc(HEAD_BYTES);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 + (said.code ?? 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const question = query.subarray(HEAD_BYTES, endByte);
    socket.send(Buffer.concat([head, question, ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    async questions(count) {
      while (asked.size < count) await once(socket, 'news');
    },
  };
}
