import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { RunningCommand } from '#test/support/e2e/commands.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src-main', 'cli', 'main.ts');
/** What an error may carry, and nobody may read in a log. */
const SECRET = 'a password somebody typed';

/** Code that runs in the process of the agent before it, and fails there once the agent says that it has started. */
function failing(how: string): string {
  const code = `
    const write = process.stdout.write.bind(process.stdout);
    let seen = false;
    process.stdout.write = (chunk, ...more) => {
      if (!seen && String(chunk).includes('"started"')) { seen = true; setTimeout(() => { ${how} }, 0); }
      return write(chunk, ...more);
    };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

describe('an error that nobody expected, in the process of the agent', () => {
  it.each([
    ['thrown in a timer', `throw new TypeError(${JSON.stringify(SECRET)})`, 'uncaught error'],
    ['a rejection', `void Promise.reject(new TypeError(${JSON.stringify(SECRET)}))`, 'unhandled rejection'],
  ])(
    '%s: is logged without its message, saves, and ends it with 70 [S-APP-6]',
    async (_name, how, said) => {
      const directory = temporaryDirectory();
      const profile = join(directory, 'profile');
      const agent = new RunningCommand(['--import', failing(how), MAIN, 'run', `--profile=${profile}`, '--json'], {
        environment: { PATH: process.env['PATH'] ?? '', HOME: directory, CLAWREACH_LOG_LEVEL: 'error' },
        timeout: 60_000,
      });
      const { code, stderr, stdout } = await agent.ended;
      expect(code).toBe(70);
      expect(stderr).toContain(said);
      expect(stderr).toContain('agent.fault');
      expect(stderr + stdout).not.toContain(SECRET);
      const audit = await readFile(join(profile, 'audit.jsonl'), 'utf8');
      expect(audit).toMatch(/agent\.stopped.*fault/);
      expect(audit).not.toContain(SECRET);
      expect(existsSync(join(profile, 'control.sock'))).toBe(false);
    },
    90_000,
  );
});
