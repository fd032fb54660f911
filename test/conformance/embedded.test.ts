import { embeddedUnderTest } from './embedded-under-test.js';
import { exerciseBackend } from './event-log/index.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';

exerciseBackend('embedded', embeddedUnderTest, { liveEvents: long ? 20_000 : 2_000 });
