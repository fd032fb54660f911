import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  beginning,
  callHeaders,
  END_STREAM,
  frame,
  header,
  messageHead,
  openStream,
  resetStream,
} from './http2-frames.js';
import { randomFrames } from './random-frames.js';
import { RawSocket } from './raw-socket.js';

export interface Target {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Of this machine, so that an attack is told apart from others. */
  readonly address: string;
  /** Aborted when the attack is over. */
  readonly over: AbortSignal;
}

/** Goes on until it is told that it is over; answers with what it did, for the report. */
export type Attack = (target: Target) => Promise<string>;

const MEBIBYTE = 1_048_576;
const UPDATE = callHeaders('/storegrpc.EventStoreService/Update');
const EVENTS = '/v1/streams/abuse/events';

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** The same, again and again, by so many at once. Counts how often. */
async function repeated(
  { over }: Target,
  atOnce: number,
  once: (index: number) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  const one = async (index: number): Promise<void> => {
    while (!over.aborted) {
      await once(index).catch(() => undefined);
      count += 1;
      await pause(1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => one(index)));
  return count;
}

function openGrpc({ grpcPort, address }: Target): Promise<RawSocket> {
  return RawSocket.open(grpcPort, address, false);
}

function openHttp({ httpPort, address }: Target): Promise<RawSocket> {
  return RawSocket.open(httpPort, address, false);
}

/** Half of them to each port, half of those silent, half begun. */
const idleConnections =
  (count: number): Attack =>
  async (target) => {
    const held: RawSocket[] = [];
    for (let index = 0; index < count; index += 100) {
      const more = Array.from({ length: 100 }, async (_, of) => {
        const raw = await (of % 2 === 0 ? openGrpc(target) : openHttp(target));
        if (of % 4 === 0) await raw.write(beginning());
        return raw;
      });
      held.push(...(await Promise.all(more)));
    }
    const opened = held.length;
    while (!target.over.aborted) await pause(20);
    const left = held.filter(({ isClosed }) => !isClosed).length;
    for (const raw of held) raw.close();
    return `${opened} connections, ${left} of them left open by the server`;
  };

const slowHeaders: Attack = (target) =>
  slowly(target, 'POST /cassata/add HTTP/1.1\r\nHost: a\r\nX-Slow: ', 'a');

const slowBodies: Attack = (target) =>
  slowly(target, 'POST /cassata/add HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', '[');

async function slowly(target: Target, start: string, more: string): Promise<string> {
  const held: RawSocket[] = [];
  const rounds = await repeated(target, 1, async () => {
    while (held.filter(({ isClosed }) => !isClosed).length < 400 && !target.over.aborted) {
      const raw = await openHttp(target);
      await raw.write(start);
      held.push(raw);
    }
    await Promise.all(held.map((raw) => raw.write(more)));
    await pause(200);
  });
  for (const raw of held) raw.close();
  return `${held.length} requests, ${rounds} bytes of each`;
}

/** Messages over gRPC of which a byte comes now and then. */
const slowMessages: Attack = async (target) => {
  let streams = 0;
  await repeated(target, 8, async () => {
    const raw = await openGrpc(target);
    await raw.write(beginning());
    for (let id = 1; id < 200 && !raw.isClosed; id += 2, streams += 1) {
      const start = frame({ type: 'data', stream: id, payload: messageHead(4 * MEBIBYTE) });
      await raw.write(Buffer.concat([openStream(id, UPDATE), start]));
    }
    while (!target.over.aborted && !raw.isClosed) {
      await raw.write(frame({ type: 'data', stream: 1, payload: Buffer.alloc(1) }));
      await pause(100);
    }
    raw.close();
  });
  return `${streams} streams`;
};

const rapidReset =
  (path: string): Attack =>
  async (target) => {
    const headers = callHeaders(path);
    let streams = 0;
    const connections = await repeated(target, 4, async () => {
      const raw = await openGrpc(target);
      await raw.write(beginning());
      for (let id = 1; id < 20_000 && !raw.isClosed && !target.over.aborted; id += 100) {
        const ids = Array.from({ length: 50 }, (_, index) => id + 2 * index);
        const bytes = ids.flatMap((one) => [openStream(one, headers), resetStream(one)]);
        await raw.write(Buffer.concat(bytes));
        streams += raw.isClosed ? 0 : 50;
        await pause(5);
      }
      raw.close();
    });
    return `${streams} streams were reset on ${connections} connections`;
  };

const oversize: Attack = async (target) => {
  const tooLong = Buffer.alloc(9 * MEBIBYTE, 0x20);
  const count = await repeated(target, 3, async (index) => {
    if (index === 0) return post(target, EVENTS, tooLong);
    if (index === 1) {
      const raw = await openHttp(target);
      await raw.write(
        'POST /cassata/add HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n',
      );
      await raw.write(`GET /${'x'.repeat(60_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await Promise.race([raw.closed, pause(50)]);
      return raw.close();
    }
    const raw = await openGrpc(target);
    await raw.write(beginning());
    const claims = messageHead(2_000_000_000);
    const bytes = Buffer.concat([openStream(1, UPDATE), frame(data(1, claims))]);
    await raw.write(bytes);
    for (let sent = 0; sent < 64 && !raw.isClosed; sent += 1) {
      await Promise.race([raw.write(frame(data(1, Buffer.alloc(16_000)))), pause(10)]);
    }
    return raw.close();
  });
  return `${count} requests`;
};

function data(stream: number, payload: Uint8Array): Parameters<typeof frame>[0] {
  return { type: 'data', stream, payload };
}

const MALFORMED: readonly Buffer[] = [
  Buffer.alloc(3_000, 0x55),
  frame({ type: 'headers', stream: 1, length: 16_777_215 }),
  frame({ type: 'settings', payload: Buffer.alloc(5) }),
  frame({ type: 'data', stream: 99, payload: Buffer.alloc(10) }),
  frame({ type: 'continuation', stream: 1, payload: header('a', 'b') }),
  openStream(2, UPDATE),
  openStream(1, Buffer.alloc(500, 0xff)),
  Buffer.concat([openStream(1, UPDATE), frame(data(1, Buffer.alloc(3, 7)))]),
  Buffer.concat([openStream(1, UPDATE), frame({ ...data(1, Buffer.alloc(1)), flags: 8 })]),
  Buffer.concat([openStream(1, callHeaders('/a', { 'grpc-timeout': 'soon' }))]),
  Buffer.concat([openStream(1, UPDATE), frame({ ...data(1, messageHead(4)), flags: END_STREAM })]),
];

const malformedFrames: Attack = async (target) => {
  const count = await repeated(target, 4, async (index) => {
    for (const bytes of MALFORMED) {
      const raw = await openGrpc(target);
      if (index > 0) await raw.write(beginning());
      await raw.write(bytes);
      // headers that never end
      const more = frame({ type: 'continuation', stream: 1, payload: header('a', 'b'.repeat(99)) });
      if (index === 2) await raw.write(frame({ type: 'headers', stream: 3, payload: UPDATE }));
      for (let sent = 0; index === 2 && sent < 300 && !raw.isClosed; sent += 1) {
        await raw.write(more);
      }
      if (index === 3) await raw.write(randomFrames(UPDATE));
      await pause(5);
      raw.close();
    }
  });
  return `${count * MALFORMED.length} connections`;
};

/** 256 MiB of zeros as a message of 256 KiB. */
const compressedBombs: Attack = async (target) => {
  const bomb = gzipSync(Buffer.alloc(256 * MEBIBYTE));
  const headers = callHeaders('/storegrpc.EventStoreService/Update', { 'grpc-encoding': 'gzip' });
  const message = Buffer.concat([messageHead(bomb.byteLength, true), bomb]);
  const count = await repeated(target, 4, async () => {
    const raw = await openGrpc(target);
    await raw.write(Buffer.concat([beginning(), openStream(1, headers)]));
    for (let at = 0; at < message.length && !raw.isClosed; at += 16_000) {
      const flags = at + 16_000 >= message.length ? END_STREAM : 0;
      await raw.write(frame({ ...data(1, message.subarray(at, at + 16_000)), flags }));
    }
    await Promise.race([raw.closed, pause(30)]);
    raw.close();
  });
  return `${count} messages`;
};

/** A subscription to all events each; what comes is never read. */
const unreadSubscribers: Attack = async (target) => {
  const headers = callHeaders('/cassadra.v1.EventStoreService/Subscribe');
  // all = true, from the start
  const request = Buffer.from([0x20, 0x01]);
  const held: RawSocket[] = [];
  for (let connection = 0; connection < 5; connection += 1) {
    const raw = await openGrpc(target);
    raw.socket.pause();
    await raw.write(beginning());
    for (let id = 1; id < 400; id += 2) {
      const message = Buffer.concat([messageHead(request.length), request]);
      const asked = frame({ ...data(id, message), flags: END_STREAM });
      await raw.write(Buffer.concat([openStream(id, headers), asked]));
    }
    held.push(raw);
  }
  while (!target.over.aborted) await pause(20);
  for (const raw of held) raw.close();
  return `${held.length * 200} subscribers`;
};

const JSONS: readonly string[] = [
  '['.repeat(MEBIBYTE),
  `{"events":[{"type":"T","json":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]}`,
  `{"events":[${'{},'.repeat(500_000)}{}]}`,
  `{"events":[{"type":"T","json":"${'\\u0041'.repeat(600_000)}"}]}`,
  `{"events":${'9'.repeat(2 * MEBIBYTE)}}`,
  `{${'"a":1,'.repeat(500_000)}"b":2}`,
];

const badJson: Attack = async (target) => {
  const count = await repeated(target, 2, async (index) => {
    for (const json of JSONS) {
      if (target.over.aborted) return;
      await post(target, index === 0 ? EVENTS : '/cassata/add', json);
      await pause(20);
    }
  });
  return `${count * JSONS.length} bodies`;
};

function post(target: Target, path: string, body: Uint8Array | string): Promise<void> {
  const { httpPort: port, address: localAddress } = target;
  return new Promise((resolve) => {
    const headers = { 'content-length': Buffer.byteLength(body) };
    const options = { host: '127.0.0.1', port, localAddress, path, method: 'POST', headers };
    const sent = httpRequest(options, (response) => {
      response.resume();
      response.once('close', resolve);
    });
    sent.once('error', () => resolve());
    sent.end(body);
  });
}

/** Each by its name. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'idle connections': idleConnections(10_000),
  'slow headers': slowHeaders,
  'slow bodies': slowBodies,
  'slow messages': slowMessages,
  'rapid reset': rapidReset('/storegrpc.EventStoreService/Update'),
  'rapid reset of what there is not': rapidReset('/none/None'),
  'oversize requests': oversize,
  'malformed frames': malformedFrames,
  'compressed bombs': compressedBombs,
  'subscribers that never read': unreadSubscribers,
  'deep and huge JSON': badJson,
};
