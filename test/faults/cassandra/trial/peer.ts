/*
 * A program for a host of a network that is tried: sends datagrams when it is told to (`/send?to=`)
 * and tells from whom it has heard and when (`/heard`, which also forgets it).
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

const PORT = 7_000;
const SIZE_BYTES = 1_000;
const socket = createSocket('udp4');
let heard: { from: string; atMs: number }[] = [];

socket.on('message', (_, { address }) => heard.push({ from: address, atMs: performance.now() }));
socket.bind(PORT);

function send(to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = (error: Error | null): void => (error === null ? resolve() : reject(error));
    socket.send(Buffer.alloc(SIZE_BYTES), PORT, to, sent);
  });
}

async function answer(url: URL): Promise<string> {
  const to = url.searchParams.get('to');
  const count = to === null ? 0 : Number(url.searchParams.get('count') ?? '1');
  for (let sent = 0; sent < count; sent += 1) await send(to ?? '');
  const text = JSON.stringify(heard);
  if (url.pathname === '/heard') heard = [];
  return text;
}

createServer((request, response) => {
  void answer(new URL(request.url ?? '/', 'http://peer')).then((text) => response.end(text));
}).listen(PORT);
