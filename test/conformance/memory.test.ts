import { exerciseBackend } from './event-log/index.js';
import { memoryUnderTest } from './memory-under-test.js';

exerciseBackend('memory', memoryUnderTest);
