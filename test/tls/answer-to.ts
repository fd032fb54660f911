import type { ClientRequest, IncomingMessage } from 'node:http';

/** Sends a request without a body; resolves with the answer, its body read and forgotten. */
export function answerTo(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => resolve(response));
    });
    call.end();
  });
}
