import { fileURLToPath } from 'node:url';

/** The path of a file of the checkout, wherever this was compiled to. */
export function inCheckout(path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve('cassadra/package.json')));
}
