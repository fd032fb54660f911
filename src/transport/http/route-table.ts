import type { FastifyInstance } from 'fastify';

export interface Route {
  readonly method: string;
  /** As fastify has it: `/a/:name`. */
  readonly path: string;
}

/** The routes of a server: what is there, and which methods a path has. */
export class RouteTable {
  readonly #routes: Route[] = [];
  readonly #patterns = new Map<string, RegExp>();

  /** Sees every route that is registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) this.#routes.push({ method: name, path: url });
      this.#patterns.set(url, patternOf(url));
    });
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  /** The methods that a path of a request has, in alphabetical order. */
  methodsOf(path: string): string[] {
    const fits = this.#routes.filter((route) => this.#patterns.get(route.path)?.test(path));
    return [...new Set(fits.map((route) => route.method))].sort();
  }
}

/** In fastify's patterns `:name` is (a part of) a segment, `::` a colon, `*` the rest, if any. */
const TOKEN = /::|:\w+(?:\([^)]*\))?|\*|[^:*]+/g;

function patternOf(route: string): RegExp {
  const source = route.replaceAll(TOKEN, (token) => {
    if (token === '::') return ':';
    if (token === '*') return '.+';
    if (token.startsWith(':')) return '[^/]+?';
    return token.replaceAll(/[$()+.?[\\\]^{|}]/g, '\\$&');
  });
  return new RegExp(`^${source.replace(/\/$/, '')}/?$`);
}
