import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, runCommand } from '#test/support/e2e/commands.ts';
import { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const PATH_LINE = /path +office → relay → 127\.0\.0\.1:\d+ \(encrypted, [\d.]+ ms RTT\)/;
/** The machine may be slow; the demo itself takes a few seconds. Milliseconds. */
const PATIENCE = 40_000;

/** `stage.close` makes sure that nothing is left: no process, no temporary file. */
describe('npm run demo', () => {
  let stage: Stage;
  let environment: Readonly<Record<string, string>>;

  beforeEach(() => {
    stage = new Stage();
    // npm would keep its compiled code in the temporary directory.
    environment = { ...stage.environment, NODE_DISABLE_COMPILE_CACHE: '1' };
  });
  afterEach(() => stage.close());

  function demo(input?: string): ReturnType<typeof runCommand> {
    return runCommand(['run', '--silent', 'demo'], {
      program: 'npm',
      environment,
      timeout: PATIENCE,
      ...(input === undefined ? {} : { input }),
    });
  }

  it('with a pipe: runs what the pipe says in a shell on office, and passes its exit code on', async () => {
    const { code, stdout, stderr } = await demo('echo "sum $((40 + 2))"\nexit 3\n');
    expect(stderr).toBe('');
    expect(stdout).toMatch(PATH_LINE);
    expect(stdout).toMatch(/paired +with the code \S*[0-9A-Z]{4}-[0-9A-Z]{4}\S*; both screens show: \w+ \w+ \w+ \w+/);
    expect(stdout.search(PATH_LINE)).toBeLessThan(stdout.indexOf('sum 42'));
    expect(code).toBe(3);
  });

  it('without a keyboard: runs one command', async () => {
    const { code, stdout } = await demo();
    expect(stdout).toMatch(PATH_LINE);
    expect(stdout).toMatch(/Hello from office, process \d+/);
    expect(code).toBe(0);
  });

  it('in a terminal: turns it into a shell on office; exit ends everything', async () => {
    const window = new LocalTerminal('/bin/sh', ['-c', 'npm run --silent demo; echo "code=$?"'], {
      environment,
      cwd: ROOT,
      cols: 120,
      rows: 40,
    });
    try {
      await window.until('the session', (text) => /terminal +a shell on office/.test(text), PATIENCE);
      expect(window.text()).toMatch(PATH_LINE);
      // Typed ahead or not, the shell gets it.
      window.type('echo "in $(( 20 + 2 ))"; tty\r');
      await window.until('an answer', (text) => /\nin 22\n\/dev\/pts\/\d+\n/.test(text), PATIENCE);
      window.type('exit 4\r');
      expect(await window.ended(PATIENCE)).toEqual({ code: 0, signal: 0 });
      expect(window.text()).toContain('code=4');
    } finally {
      window.close();
    }
  });

  it('in a terminal: Ctrl-C while it starts leaves nothing behind', async () => {
    const window = new LocalTerminal('/bin/sh', ['-c', 'npm run --silent demo; echo "code=$?"'], {
      environment,
      cwd: ROOT,
      cols: 120,
    });
    try {
      await window.until('the relay', (text) => /relay +ws:/.test(text), PATIENCE);
      window.type('\u0003');
      await window.ended(PATIENCE);
      expect(window.text()).not.toContain('a shell on office');
    } finally {
      window.close();
    }
  });
});
