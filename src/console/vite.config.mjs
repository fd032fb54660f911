import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Where `npm start` serves HTTP. */
const SERVER = 'http://127.0.0.1:8081';
const PATHS = ['/v1', '/metrics', '/health', '/console/session'];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // an inline image would need a wider content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: Object.fromEntries(PATHS.map((path) => [path, SERVER])) },
});
