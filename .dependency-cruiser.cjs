// The rooms of the house and the arrows between them (src/README.md). The comment
// of each rule says where the code belongs instead. Type-only imports count too.

/** A room: one folder of src, or one backend, or one transport. */
const ROOM = 'src/(?:backends|transport)/[^/]+|src/(?!backends/|transport/)[^/]+';
const TEST_FILE = '\\.test\\.ts$';
/** The driver of a program starts here. */
const MAIN = '(^|/)main\\.ts$';

/** From one room to anything of ours that is not on its list. Unit tests may look further. */
function roomSeesOnly({ name, room, sees, comment }) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: `^src/${room}/`, pathNot: TEST_FILE },
    to: { path: '^(src|cmd|test|tools)/', pathNot: `^src/(${sees.join('|')})/` },
  };
}

/** A package that only the named places may import. */
function packageOnlyIn({ name, packages, places, comment }) {
  return {
    name,
    severity: 'error',
    comment,
    from: { pathNot: `^(${places.join('|')})/` },
    to: { path: `(^|/)node_modules/(${packages.join('|')})(/|$)` },
  };
}

const rooms = [
  roomSeesOnly({
    name: 'core-is-pure',
    room: 'core',
    sees: ['core'],
    comment: 'core holds pure rules. What needs a port belongs in service or scheduler.',
  }),
  roomSeesOnly({
    name: 'storage-sees-core',
    room: 'storage',
    sees: ['storage', 'core'],
    comment:
      'storage holds ports, outcomes and capabilities. Code that does IO belongs in a backend.',
  }),
  roomSeesOnly({
    name: 'service-sees-ports',
    room: 'service',
    sees: ['service', 'core', 'storage', 'runtime'],
    comment:
      'A use case sees rules and ports. Wire types belong in a transport, CQL in a backend, ' +
      'and what a timed event does reaches the event store through dispatch.',
  }),
  roomSeesOnly({
    name: 'scheduler-is-a-sibling',
    room: 'scheduler',
    sees: ['scheduler', 'core', 'storage', 'runtime'],
    comment:
      'The scheduler sees rules and ports. A timer that appends gets a dispatcher (of the room ' +
      'dispatch) from cmd; ' +
      'what service and scheduler share belongs in core.',
  }),
  roomSeesOnly({
    name: 'dispatch-joins-scheduler-and-service',
    room: 'dispatch',
    sees: ['dispatch', 'scheduler', 'service', 'transport', 'core', 'runtime'],
    comment:
      'dispatch does what a timed event says, by a use case. When and how often is decided in ' +
      'scheduler.',
  }),
  roomSeesOnly({
    name: 'callbacks-serve-the-scheduler',
    room: 'callbacks',
    sees: ['callbacks', 'scheduler', 'core', 'runtime'],
    comment:
      'callbacks makes the calls that the scheduler asks for. When and how often is decided there.',
  }),
  {
    name: 'components-are-handed-in',
    severity: 'error',
    comment:
      'service and scheduler import types of runtime only. cmd makes the component (clock, ' +
      'timers, random, ids, logger) and hands it in.',
    from: { path: '^src/(service|scheduler)/', pathNot: TEST_FILE },
    to: { path: '^src/runtime/', dependencyTypesNot: ['type-only'] },
  },
  roomSeesOnly({
    name: 'backend-implements-port',
    room: 'backends',
    sees: ['backends', 'storage', 'core', 'runtime'],
    comment: 'A backend implements the ports. Decisions that every backend makes belong in core.',
  }),
  {
    name: 'backends-do-not-meet',
    severity: 'error',
    comment: 'What two backends share is a rule (core) or part of the port (storage).',
    from: { path: '^src/backends/([^/]+)/', pathNot: TEST_FILE },
    to: { path: '^src/backends/', pathNot: '^src/backends/$1/' },
  },
  roomSeesOnly({
    name: 'transport-to-service',
    room: 'transport',
    sees: [...['transport', 'calls', 'access', 'service', 'scheduler', 'core', 'gen', 'runtime']],
    comment:
      'A transport decodes, calls a use case and encodes. It never sees storage or a backend.',
  }),
  {
    name: 'transports-do-not-meet',
    severity: 'error',
    comment:
      'What two transports share belongs in service or scheduler, or in core (error catalogue).',
    from: { path: '^src/transport/([^/]+)/', pathNot: TEST_FILE },
    to: { path: '^src/transport/', pathNot: '^src/transport/$1/' },
  },
  roomSeesOnly({
    name: 'access-knows-no-transport',
    room: 'access',
    sees: ['access', 'core', 'runtime'],
    comment:
      'access says who calls and what they may do. What a request touches is said beside it.',
  }),
  roomSeesOnly({
    name: 'calls-know-no-method',
    room: 'calls',
    sees: ['calls', 'access', 'core', 'runtime'],
    comment: 'calls holds what every call passes through. What a method does is a use case.',
  }),
  roomSeesOnly({
    name: 'client-knows-only-the-wire',
    room: 'client',
    sees: ['client', 'gen', 'runtime'],
    comment: 'A client runs in somebody else’s process: it knows the wire, not the server’s rooms.',
  }),
  roomSeesOnly({
    name: 'testing-puts-together',
    room: 'testing',
    sees: [
      ...['testing', 'client', 'service', 'scheduler', 'dispatch', 'callbacks', 'transport'],
      ...['access', 'backends', 'storage', 'core', 'runtime'],
    ],
    comment:
      'testing runs the server in the process of somebody’s test, for the client to talk to. ' +
      'What a server does belongs in its room.',
  }),
  {
    name: 'nothing-imports-testing',
    severity: 'error',
    comment: 'testing is for tests, ours and those of users; programs are put together in cmd.',
    from: { path: '^(src|cmd|tools)/', pathNot: ['^src/testing/', TEST_FILE] },
    to: { path: '^src/testing/' },
  },
  roomSeesOnly({
    name: 'console-stands-alone',
    room: 'console',
    sees: ['console'],
    comment: 'The console has its own build and talks HTTP. Shared facts come through the API.',
  }),
  {
    name: 'nothing-imports-console',
    severity: 'error',
    comment: 'The console is built apart; a transport serves its files. Tests may see its rules.',
    from: { pathNot: '^(src/console|test/console)/' },
    to: { path: '^src/console/' },
  },
  roomSeesOnly({
    name: 'runtime-knows-nothing-of-ours',
    room: 'runtime',
    sees: ['runtime'],
    comment:
      'runtime holds clock, timers, logger and the like. What knows events belongs elsewhere.',
  }),
  roomSeesOnly({
    name: 'gen-knows-nothing-of-ours',
    room: 'gen',
    sees: ['gen'],
    comment:
      'gen is written by `npm run generate`. Conversions belong in a transport or the client.',
  }),
];

const doors = [
  {
    name: 'through-the-front-door',
    severity: 'error',
    comment: 'Enter a room by its index.ts; what is missing there is not meant for you yet.',
    from: { path: `^(${ROOM}|cmd|test|tools)/` },
    // the console is a program: it has no door
    to: {
      path: `^(${ROOM})/`,
      pathNot: ['^src/gen/', '^src/console/', `^(${ROOM})/index\\.ts$`, '^$1/'],
    },
  },
  {
    name: 'inside-a-room-import-the-file',
    severity: 'error',
    comment: 'The index is the door for others; inside, it makes cycles. Import the file itself.',
    from: { path: `^(${ROOM})/`, pathNot: TEST_FILE },
    to: { path: '^$1/index\\.ts$' },
  },
  {
    name: 'nothing-imports-cmd',
    severity: 'error',
    comment: 'Programs are started, not imported: a test spawns a process. Share through src.',
    from: { pathNot: '^cmd/' },
    to: { path: '^cmd/' },
  },
  {
    name: 'nothing-imports-a-main',
    severity: 'error',
    comment: 'A main.ts runs when it is imported. Put what others need in a file beside it.',
    from: {},
    to: { path: MAIN },
  },
  {
    name: 'src-never-imports-test-or-tools',
    severity: 'error',
    comment:
      'Code under test does not know its tests. Helpers that unit tests share: test/support.',
    from: { path: '^(src|cmd)/', pathNot: TEST_FILE },
    to: { path: '^(test|tools)/' },
  },
  {
    name: 'unit-tests-use-test-support-only',
    severity: 'error',
    comment: 'A test that needs a conformance kit or a tool belongs in test/.',
    from: { path: `^(src|cmd)/.*${TEST_FILE}` },
    to: { path: '^(test|tools)/', pathNot: '^test/support/' },
  },
  {
    name: 'nothing-imports-a-test',
    severity: 'error',
    comment: 'Importing a test runs it twice. Move what is shared into a file without .test.',
    from: {},
    to: { path: TEST_FILE },
  },
];

const packages = [
  {
    name: 'pure-rooms-have-no-io',
    severity: 'error',
    comment:
      'core and storage import no package and no node:*. IO belongs in runtime or a backend.',
    from: { path: '^src/(core|storage)/', pathNot: TEST_FILE },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'] },
  },
  {
    name: 'use-cases-have-no-io',
    severity: 'error',
    comment:
      'service and scheduler import no node:*. IO belongs in runtime, a backend or a dispatcher.',
    from: { path: '^src/(service|scheduler)/', pathNot: TEST_FILE },
    to: { dependencyTypes: ['core'] },
  },
  packageOnlyIn({
    name: 'driver-in-one-room',
    packages: ['cassandra-driver'],
    places: ['src/backends/cassandra', 'test', 'tools'],
    comment: 'Everything that knows Cassandra’s driver stands in src/backends/cassandra.',
  }),
  packageOnlyIn({
    name: 'lmdb-in-one-room',
    packages: ['lmdb'],
    places: ['src/backends/embedded'],
    comment: 'Everything that knows LMDB stands in src/backends/embedded.',
  }),
  packageOnlyIn({
    name: 'grpc-at-the-edge',
    packages: ['@grpc/[^/]+', 'grpc-health-check'],
    places: ['src/transport/grpc', 'src/client', 'src/gen', 'cmd', 'test'],
    comment: 'gRPC is a wire: it stays in its transport and the client. Errors: core’s catalogue.',
  }),
  packageOnlyIn({
    name: 'calls-leave-by-one-room',
    packages: ['undici', 'ipaddr\\.js'],
    places: ['src/callbacks', 'test'],
    comment: 'Calls to addresses of users go through the guard of src/callbacks, and nowhere else.',
  }),
  packageOnlyIn({
    name: 'tokens-in-one-room',
    packages: ['jose'],
    places: ['src/access', 'test'],
    comment: 'Who calls is found out in src/access.',
  }),
  packageOnlyIn({
    name: 'fastify-in-one-room',
    packages: ['fastify', '@fastify/[^/]+'],
    places: ['src/transport/http', 'test'],
    comment: 'HTTP is a wire: it stays in its transport.',
  }),
  packageOnlyIn({
    name: 'prom-client-in-one-folder',
    packages: ['prom-client'],
    places: ['src/runtime/metrics'],
    comment: 'Rooms count through the port `Metrics` that they are handed.',
  }),
  {
    name: 'programs-need-no-dev-package',
    severity: 'error',
    comment: 'What src and cmd import at run time belongs in "dependencies".',
    // the console is bundled with what it imports
    from: { path: '^(src|cmd)/', pathNot: [TEST_FILE, '^src/console/'] },
    to: {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only'],
      pathNot: 'node_modules/@types/',
    },
  },
  {
    name: 'packages-are-listed',
    severity: 'error',
    comment: 'A package that package.json does not list comes and goes with others. List it.',
    from: { path: '^(src|cmd|test|tools)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
];

const shape = [
  {
    name: 'no-circular',
    severity: 'error',
    comment: 'Two files that need each other are one file, or a third one is missing below them.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'Nobody imports this file and it imports nobody: use it or delete it.',
    from: { orphan: true, pathNot: [TEST_FILE, MAIN, '\\.d\\.ts$', '\\.mjs$', '^src/gen/'] },
    to: {},
  },
  {
    name: 'imports-resolve',
    severity: 'error',
    comment: 'The imported file or package does not exist.',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...rooms, ...doors, ...packages, ...shape],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^data/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
