import { connect } from 'node:net';

/** What to ask of one node: a query at a consistency, answered within `timeoutMs`. */
export interface CqlQuestion {
  readonly query: string;
  readonly consistency: 'ONE' | 'ALL';
  readonly timeoutMs: number;
}

const CONSISTENCY = { ONE: 1, ALL: 5 } as const;
const HEADER_BYTES = 9;
const OPCODE = {
  startup: 0x01,
  ready: 0x02,
  authenticate: 0x03,
  query: 0x07,
  result: 0x08,
} as const;

/**
 * What a node said: the body of its result frame, equal for equal rows; empty when it asks for a
 * password first.
 */
export type CqlAnswer = Buffer;

/**
 * The answer of the node to the question, or undefined when it gives none in time or refuses. One
 * connection of native
 * protocol v4 for one query, without a driver, so that nothing is cached or retried. Never rejects.
 */
export function askCql(
  address: string,
  port: number,
  question: CqlQuestion,
): Promise<CqlAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (answer: CqlAnswer | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(undefined), question.timeoutMs);
    let received = Buffer.alloc(0);
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('connect', () => socket.write(startupFrame()));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < HEADER_BYTES) return;
      const frameBytes = HEADER_BYTES + received.readInt32BE(5);
      if (received.length < frameBytes) return;
      const opcode = received.readUInt8(4);
      const body = received.subarray(HEADER_BYTES, frameBytes);
      received = received.subarray(frameBytes);
      if (opcode === OPCODE.ready) socket.write(queryFrame(question));
      else if (opcode === OPCODE.authenticate) finish(Buffer.alloc(0));
      else finish(opcode === OPCODE.result ? body : undefined);
    });
  });
}

function startupFrame(): Buffer {
  return frame(
    OPCODE.startup,
    Buffer.concat([shortInt(1), shortText('CQL_VERSION'), shortText('3.0.0')]),
  );
}

function queryFrame(question: CqlQuestion): Buffer {
  const text = Buffer.from(question.query, 'utf8');
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  return frame(
    OPCODE.query,
    Buffer.concat([length, text, shortInt(CONSISTENCY[question.consistency]), Buffer.from([0])]),
  );
}

function frame(opcode: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(0x04, 0);
  header.writeUInt8(opcode, 4);
  header.writeInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}

function shortInt(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function shortText(text: string): Buffer {
  return Buffer.concat([shortInt(Buffer.byteLength(text)), Buffer.from(text, 'utf8')]);
}
