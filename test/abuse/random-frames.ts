import { randomBytes, randomInt } from 'node:crypto';
import { frame } from './http2-frames.js';

/** Of any kind, on few streams, so that some of them fit together; some hold these headers. */
export function randomFrames(headers: Uint8Array): Buffer {
  const frames = Array.from({ length: 20 }, () => {
    const payload = Buffer.concat([randomInt(2) === 0 ? headers : Buffer.alloc(0), randomBytes(9)]);
    const bytes = frame({ type: 'data', flags: randomInt(256), stream: randomInt(6), payload });
    bytes[3] = randomInt(11);
    return bytes;
  });
  return Buffer.concat(frames);
}
