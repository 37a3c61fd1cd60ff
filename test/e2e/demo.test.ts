import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppApiClient } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { until } from '#test/support/e2e/until.ts';
import { DesktopSession } from '#test/support/window/session.ts';
import { ROOT, runCommand } from '#test/support/e2e/commands.ts';
import { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { LocalNetwork, localNetworkProblem } from '#test/support/lan/namespaces.ts';

/** Directly where this computer has an address beside that of loopback. */
const PATH_LINE = /path +office: (?:via relay|direct) \S+:\d+ \(encrypted, [\d.]+ ms RTT\)/;
/** The machine may be slow; the demo itself takes a few seconds. Milliseconds. */
const PATIENCE = 40_000;

const problem = localNetworkProblem();
if (problem !== undefined) console.info(`SKIPPED: the demo in a network of its own: ${problem}`);

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

  function demo(input?: string, options: readonly string[] = []): ReturnType<typeof runCommand> {
    return runCommand(['run', '--silent', 'demo', ...options], {
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

  it('without a relay: pairs at an address that works on every computer, and prints it beside the code', async () => {
    const { code, stdout } = await demo(undefined, ['--', '--no-relay']);
    const [, address] =
      /with the code [0-9A-Z]{4}-[0-9A-Z]{4} at (\S+:\d+);/.exec(stripVTControlCharacters(stdout)) ?? [];
    expect(address).toBeDefined();
    expect(stdout).toMatch(/path +office: direct \S+:\d+/);
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

  it('in a terminal without a display: says so, and has a link of the window for a browser', async () => {
    const window = new LocalTerminal('/bin/sh', ['-c', 'npm run --silent demo; echo "code=$?"'], {
      environment,
      cwd: ROOT,
      cols: 160,
    });
    try {
      await window.until('the session', (text) => /terminal +a shell on office/.test(text), PATIENCE);
      expect(window.text()).toContain('There is no display here, so this is the terminal.');
      expect(window.text()).toMatch(/window +http:\/\/127\.0\.0\.1:\d+\/#/);
      window.type('exit 0\r');
      await window.ended(PATIENCE);
      expect(window.text()).toContain('code=0');
    } finally {
      window.close();
    }
  });

  /** A connection to the agent of the window. */
  function connect(): Promise<AppApiClient> {
    return until(
      'the agent of the window',
      async () => {
        const demo = readdirSync(join(stage.directory, 'tmp')).find((name) => name.startsWith('clawreach-demo')) ?? '';
        const path = controlSocketPath(join(stage.directory, 'tmp', demo, 'here'));
        // Its predecessor has just gone.
        const transport = await connectControlSocket(path).catch(() => undefined);
        return transport === undefined ? undefined : new AppApiClient(transport);
      },
      PATIENCE,
    );
  }

  function codesIn(window: LocalTerminal): readonly string[] {
    return [...window.text().matchAll(/Type this code in the window: ([0-9A-Z]{4}-[0-9A-Z]{4})/g)].map(
      ([, code = '']) => code,
    );
  }

  describe.skipIf(problem !== undefined)('in a network of its own, without a relay', () => {
    let network: LocalNetwork;
    let window: LocalTerminal;

    beforeEach(() => {
      network = LocalNetwork.create(['desk']);
      // The window opens in a browser, as it does without Electron: in one that shows nothing.
      writeFileSync(join(stage.directory, 'bin/xdg-open'), '#!/bin/sh\n', { mode: 0o755 });
      const words = [...network.on('desk'), '/bin/sh', '-c', `'npm run --silent demo -- --no-relay; echo "code=$?"'`];
      window = new LocalTerminal('/bin/sh', ['-c', `exec ${words.join(' ')}`], {
        environment: {
          ...environment,
          DISPLAY: ':none',
          ELECTRON_OVERRIDE_DIST_PATH: join(stage.directory, 'no-electron'),
          ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
        },
        cwd: ROOT,
        cols: 160,
        rows: 40,
      });
    });
    afterEach(() => {
      window.close();
      network.close();
    });

    it('lets the two find each other: the code alone pairs them, and they link directly', async () => {
      await window.until('a code', () => codesIn(window).length === 1, PATIENCE);
      expect(window.text()).toContain('They find each other in its network');
      const client = await connect();
      try {
        const found = await until(
          'office in the network',
          async () =>
            (await client.call('discovery.search', {})).devices.find(
              ({ name, inviting }) => name === 'office' && inviting,
            ),
          PATIENCE,
        );
        expect(found.address).toMatch(new RegExp(`^${network.addressOf('desk')}:\\d+$`));
        const [code = ''] = codesIn(window);
        const { words } = await client.call('pairing.join', { codeOrLink: code, allow: [] });
        await window.until('the words', (text) => text.includes(`both screens show: ${words.join(' ')}`), PATIENCE);
        await expect
          .poll(async () => (await client.call('peers.list', {})).map(({ name, path }) => [name, path]))
          .toEqual([['office', 'direct']]);
        expect((await client.call('status.get', {})).relay).toMatchObject({ state: 'none', url: null });
      } finally {
        client.close();
      }
      window.type('\u0003');
      await window.ended(PATIENCE);
      await expect.poll(() => readdirSync(join(stage.directory, 'tmp'))).toEqual([]);
    });
  });

  describe.skipIf(!canLaunchElectron())('with a display', () => {
    let session: DesktopSession;
    let window: LocalTerminal;

    beforeEach(async () => {
      session = await DesktopSession.start();
      window = new LocalTerminal('/bin/sh', ['-c', 'npm run --silent demo; echo "code=$?"'], {
        environment: {
          ...session.environment,
          ...environment,
          ELECTRON_OVERRIDE_DIST_PATH: findElectron() ?? '',
        },
        cwd: ROOT,
        cols: 160,
        rows: 40,
      });
    });
    afterEach(async () => {
      window.close();
      await session.close();
    });

    it('opens the application and shows a code until one was typed; its end ends everything', async () => {
      await window.until('a code', () => codesIn(window).length === 1, PATIENCE);
      const client = await connect();
      try {
        await client.call('relay.ready', { timeout: 30_000 });
        // A slip of the finger: the code is used up, and another is shown.
        const [first = ''] = codesIn(window);
        const wrong = `${first.slice(0, 8)}${first.endsWith('2') ? '3' : '2'}`;
        await expect(client.call('pairing.join', { codeOrLink: wrong, allow: [] })).rejects.toMatchObject({
          name: 'AppApiError',
        });
        await window.until('another code', () => codesIn(window).length === 2, PATIENCE);
        const { words } = await client.call('pairing.join', { codeOrLink: codesIn(window)[1] ?? '', allow: [] });
        await window.until('the words', (text) => text.includes(`both screens show: ${words.join(' ')}`), PATIENCE);
        expect((await client.call('peers.list', {})).map(({ name }) => name)).toEqual(['office']);
        // As "quit" in the window or its menu.
        await client.call('agent.stop', {});
      } finally {
        client.close();
      }
      await window.ended(PATIENCE);
      expect(window.text()).toContain('The demo is over');
      expect(window.text()).toContain('code=0');
    });

    it('Ctrl-C ends the application too', async () => {
      await window.until('a code', () => codesIn(window).length === 1, PATIENCE);
      window.type('\u0003');
      await window.ended(PATIENCE);
      await expect.poll(() => readdirSync(join(stage.directory, 'tmp'))).toEqual([]);
    });
  });
});
