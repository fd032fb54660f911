import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { HttpCall } from './http-caller.js';

/** An answer that is read as it comes. */
export class HttpStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #response: IncomingMessage;
  readonly #waiting = new Set<() => void>();
  #text = '';
  #ending: 'whole' | 'cut' | undefined;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    const moved = (): void => this.#waiting.forEach((look) => look());
    response.on('data', (text: string) => {
      this.#text += text;
      moved();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.#ending = response.complete ? 'whole' : 'cut';
      moved();
    });
  }

  /** Calls a server of this machine; resolves with the head of its answer. */
  static open(port: number, path: string, options: HttpCall = {}): Promise<HttpStream> {
    const { method = options.body === undefined ? 'GET' : 'POST', headers = {}, body } = options;
    const agent = options.agent ?? new Agent({ keepAlive: false });
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers, agent }, (response) =>
        resolve(new HttpStream(response)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** All that has come. */
  get text(): string {
    return this.#text;
  }

  /** The JSON of the lines that have come, without heartbeats. */
  get lines(): readonly unknown[] {
    const whole = this.#text.slice(0, this.#text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  }

  /** Until what has come is as it should be. Throws when the answer ends before. */
  async until(fits: (stream: HttpStream) => boolean): Promise<void> {
    while (!fits(this)) {
      if (this.#ending !== undefined) throw new Error(`it ended (${this.#ending}): ${this.#text}`);
      await this.#moved();
    }
  }

  /** Whether the answer was whole at its end. */
  async untilEnd(): Promise<'whole' | 'cut'> {
    while (this.#ending === undefined) await this.#moved();
    return this.#ending;
  }

  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #moved(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }
}
