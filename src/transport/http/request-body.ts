import type { IncomingMessage } from 'node:http';
import { errorCodes } from 'fastify';

export interface BodyLimits {
  readonly bytesMax: number;
  /** Told of bytes as they come. What it throws ends the reading. */
  readonly hold: (bytes: number) => void;
}

/** The whole body. Throws when it is too large, or its sender goes away. */
export function readBody(body: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { bytesMax, hold } = limits;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void): void => {
      body.off('data', take);
      body.off('end', done);
      body.off('error', fail);
      settle();
    };
    const done = (): void => end(() => resolve(Buffer.concat(chunks, bytes)));
    const fail = (error: Error): void => end(() => reject(error));
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > bytesMax) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
        hold(chunk.length);
      } catch (error) {
        end(() => reject(error instanceof Error ? error : new Error(String(error))));
        return;
      }
      chunks.push(chunk);
    };
    if (Number(body.headers['content-length']) > bytesMax) {
      reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
      return;
    }
    body.on('data', take);
    body.on('end', done);
    body.on('error', fail);
  });
}
