import { Command } from 'commander';
import {
  parseSettings,
  schedulerSettings,
  silentLogger,
  systemComponents,
} from '../../../src/runtime/index.js';
import type { Finding } from '../../../src/storage/index.js';
import { addExamples, addJsonFlag, outputOf, type CommonFlags } from '../client-command.js';
import { paintFor, type Paint } from '../colours.js';
import { EXIT_CODES } from '../exit-codes.js';
import { leaveOnInterrupt } from '../interrupts.js';
import { addSettingFlags, withFlags } from '../setting-flags.js';

const VARIABLES = Object.keys(schedulerSettings.shape);
const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** `doctor`. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'look at the storage that the settings name: versions, settings, clocks, sizes, a probe',
  );
  addSettingFlags(command, VARIABLES);
  addExamples(command, 'doctor', 'doctor --storage cassandra --cassandra-hosts 10.0.0.1 --json');
  return addJsonFlag(command).action(
    async (flags: CommonFlags & Readonly<Record<string, unknown>>) => {
      leaveOnInterrupt();
      const settings = parseSettings(schedulerSettings, withFlags(process.env, flags, VARIABLES));
      const { examine } = await import('../doctor/examine.js');
      const output = outputOf(flags);
      const paint = paintFor(process.stdout, process.env);
      let failed = false;
      for await (const finding of examine(settings, systemComponents(silentLogger))) {
        failed ||= finding.level === 'fail';
        await output.show(finding, () => findingText(finding, paint));
      }
      if (failed) process.exitCode = EXIT_CODES.differs.code;
    },
  );
}

function findingText({ check, level, text, remedy }: Finding, paint: Paint): string {
  const head = `${paint(COLOURS[level], level.padEnd(4))} ${check}: ${text}`;
  return remedy === undefined ? head : `${head} -> ${remedy}`;
}
