import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { houseRules } from './tools/lint/house-rules.mjs';

const CODE = ['src', 'cmd', 'test', 'tools', 'bench'].map((folder) => `${folder}/**/*.{ts,tsx}`);
const TESTS = ['**/*.test.ts', 'test/**/*.ts'];
const DETERMINISTIC_ROOMS = ['core', 'storage', 'service', 'scheduler'].map(
  (room) => `src/${room}/**/*.ts`,
);

const CLOCK = 'Take `now` as an argument, or a Clock from runtime.';
const TIMERS = 'Use the Timers component from runtime.';
const RANDOM = 'Use the Random component from runtime.';
const IDS = 'Use the id generator from runtime.';
const SETTINGS = 'Settings come in as an argument, parsed by runtime.';
const WIRE = 'Calls to other systems belong in a backend, a transport or a dispatcher.';

const noCasts = [
  {
    selector: 'TSAsExpression > TSAnyKeyword',
    message: 'A cast to `any` hides mistakes: narrow the value or parse it.',
  },
  {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: 'A cast through `unknown` hides mistakes: narrow the value or parse it.',
  },
  {
    selector: 'TSTypeAssertion',
    message: 'Write `value as Type`, so that all casts look the same.',
  },
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: the same thing is then called the same everywhere.',
  },
];

const noInnerHtml = ['dangerouslySetInnerHTML', 'innerHTML', 'outerHTML'].flatMap((name) =>
  [`JSXAttribute[name.name="${name}"]`, `MemberExpression[property.name="${name}"]`].map(
    (selector) => ({ selector, message: 'Payloads are shown as text: give them as children.' }),
  ),
);

const noWallClock = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: CLOCK },
  { selector: 'CallExpression[callee.name="Date"]', message: CLOCK },
];

const restrictedGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: TIMERS })),
  ...['clearTimeout', 'clearInterval', 'clearImmediate'].map((name) => ({ name, message: TIMERS })),
  { name: 'performance', message: CLOCK },
  { name: 'crypto', message: `${IDS} ${RANDOM}` },
  { name: 'process', message: SETTINGS },
  { name: 'fetch', message: WIRE },
];

const restrictedProperties = [
  { object: 'Date', property: 'now', message: CLOCK },
  { object: 'performance', property: 'now', message: CLOCK },
  { object: 'Math', property: 'random', message: RANDOM },
  { object: 'crypto', property: 'randomUUID', message: IDS },
  { object: 'AbortSignal', property: 'timeout', message: TIMERS },
];

const restrictedImports = {
  patterns: [
    { regex: '^node:', message: 'No node:* here: IO belongs in runtime or a backend.' },
    {
      regex: `^(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/|$)`,
      message: 'No Node modules here: IO belongs in runtime or a backend.',
    },
  ],
  paths: [{ name: 'uuid', importNames: ['v1', 'v4', 'v6', 'v7'], message: IDS }],
};

/** Calls whose promise node:test itself waits for. */
const NODE_TEST_CALLS = {
  from: 'package',
  package: 'node:test',
  name: ['test', 'it', 'describe', 'suite', 'default', 'TestContext'],
};

export default defineConfig(
  globalIgnores(['**/dist/', 'data/', 'src/gen/', '**/node_modules/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: CODE,
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { house: houseRules },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Size and shape.
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-lines': ['warn', { max: 300 }],
      'house/file-length': ['error', { max: 400 }],
      'max-params': ['error', { max: 4 }],
      'max-depth': ['error', { max: 3 }],
      complexity: ['warn', { max: 12 }],

      // Mistakes.
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...noCasts],
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [NODE_TEST_CALLS] },
      ],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A port's method is async although the memory backend has nothing to wait for.
      '@typescript-eslint/require-await': 'off',

      // Faces.
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      'house/reason-for-lint-off': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: TESTS,
    rules: { 'no-console': 'error' },
  },
  {
    files: TESTS,
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Markup takes a line for each attribute, and no markup is shown by HTML that was put together.
    files: ['src/console/**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...noCasts, ...noInnerHtml],
    },
  },
  {
    // The same inputs give the same outcome here: that is what simulation stands on.
    files: DETERMINISTIC_ROOMS,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...noCasts, ...noWallClock],
      'no-restricted-globals': ['error', { globals: restrictedGlobals, checkGlobalObject: true }],
      'no-restricted-properties': ['error', ...restrictedProperties],
      'no-restricted-imports': ['error', restrictedImports],
    },
  },
  {
    files: ['*.js', '*.cjs', '{tools,bench}/*.mjs', 'tools/**/*.mjs'],
    plugins: { house: houseRules },
    rules: {
      'no-undef': 'off',
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 4 }],
      'house/reason-for-lint-off': 'error',
    },
  },
);
