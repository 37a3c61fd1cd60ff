import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runCommand } from '#test/support/e2e/commands.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { goStepByStep } from '#test/support/steps.ts';
import { WindowsMachine } from '#test/support/windows/wine.ts';

const CODE = /[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/;
const SHELL = String.raw`C:\windows\system32\cmd.exe`;

/** A machine with Windows and one with this system, paired over a relay here: the built commands, run by Node for Windows. */
describe('a machine with Windows', () => {
  goStepByStep();
  let windows: WindowsMachine;
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let server: Server;
  let page: string;

  beforeAll(async () => {
    windows = new WindowsMachine();
    windows.start();
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
    server = createServer((_request, response) => response.end('from this side')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await windows.run('stop');
    windows.close();
    server.close();
    await stage.close();
  });

  const curl = async (proxy: string): Promise<string> => {
    const words = ['-sS', '--max-time', '20', '--noproxy', '', '--proxy', proxy, page];
    const { stdout, stderr } = await runCommand(words, { program: 'curl', environment: stage.environment });
    return stdout + stderr;
  };
  const profile = (): string => join(windows.home, 'AppData', 'Roaming', 'ClawReach');

  it('says how to begin, and what is not there', async () => {
    expect(await windows.ok('--help')).toContain('  pair -  ');
    const { code, stderr } = await windows.run('status');
    expect(stderr).toContain('[usage.no-profile]');
    expect(code).toBe(3);
  });

  it('has an agent in the background, which is online, with its files where Windows has them', async () => {
    const token = join(windows.folder, 'token');
    writeFileSync(token, relay.token, { mode: 0o600 });
    const words = ['--name', 'winbox', ...relay.options, '--admission-file', windows.path(token), '--shell', SHELL];
    expect(await windows.ok('run', '--detach', ...words)).toMatch(/: online/);
    expect(existsSync(join(profile(), 'settings.json'))).toBe(true);
    const { code, stderr } = await windows.run('run');
    expect(stderr).toContain('[control.in-use]');
    expect(code).not.toBe(0);
  });

  it('whose command with a code is killed, as by closing its window, shows another code the next time', async () => {
    const first = windows.begin('clawreach', 'pair');
    await first.said(CODE);
    first.kill();
    await first.ended;
    const again = await until(
      'another code',
      async () => {
        const next = windows.begin('clawreach', 'pair');
        const shown = await next.said(/[0-9A-Z]{4}-[0-9A-Z]{4}|\[relay\.mailbox\]/);
        next.kill();
        await next.ended;
        return CODE.test(shown) ? shown : undefined;
      },
      60_000,
    );
    expect(again).toMatch(CODE);
    // That one has to lapse too before the next step.
    await until(
      'no invitation',
      async () => {
        const { stderr } = await windows.run('pair', 'AAAA-AAAA');
        return stderr.includes('[relay.mailbox]') ? undefined : true;
      },
      60_000,
    );
  });

  it('pairs with a machine of another system', async () => {
    const inviting = office.start(['pair', CONFIRMED, '--allow', 'terminal,forward']);
    const [code] = await inviting.said(CODE);
    const there = await windows.ok('pair', code, CONFIRMED, '--allow', 'terminal,forward');
    const { stdout } = await inviting.ended;
    const words = /^ {4}(\w+(?: {2}\w+){3})$/m;
    expect(words.exec(there)?.[1]).toBe(words.exec(stdout)?.[1] ?? 'no words');
    await until(
      'a direct path',
      async () => (/^winbox +direct/m.test(await office.ok('list')) ? true : undefined),
      60_000,
    );
    expect(await windows.ok('ping', 'office', '-c', '2')).toContain('2 sent, 2 answered');
  });

  it('runs a program there and gets its code; what is not there is named', async () => {
    // Neither `.exe` nor a folder: both are found by the variables of Windows.
    expect((await office.run(['connect', '-q', 'winbox', '--', 'cmd', '/c', 'exit', '7'])).code).toBe(7);
    const { stderr } = await office.run(['connect', '-q', 'winbox', '--', 'no-such-program']);
    expect(stderr).toContain('[terminal.command-not-found]');
    expect(await windows.ok('history')).toMatch(/terminal +office +here +cmd +exit 7/);
  });

  it('runs a program on the other system', async () => {
    const { code, stdout } = await windows.run(
      'connect',
      '-q',
      'office',
      '--',
      'sh',
      '-c',
      'echo "from $0"; exit 5',
      'there',
    );
    expect(stdout.trim()).toBe('from there');
    expect(code).toBe(5);
  });

  it('is a way into its network, and has one into the other', async () => {
    await office.ok('forward', 'add', '--mode', 'socks5', '--peer', 'winbox', '--port', '17393');
    expect(await curl('socks5h://127.0.0.1:17393')).toBe('from this side');
    await windows.ok('forward', 'add', '--mode', 'http-proxy', '--peer', 'office', '--port', '17394');
    expect(await curl('http://127.0.0.1:17394')).toBe('from this side');
  });

  it('has a service for each login, a report, and completion for its shell', async () => {
    expect(await windows.ok('service', 'install', '--dry-run')).toContain('<LogonTrigger>');
    expect(await windows.ok('diagnose')).toContain('"platform": "win32"');
    expect(await windows.ok('completion', 'powershell')).toContain('Register-ArgumentCompleter');
  });

  it('goes on with what it knew after it was stopped, and after it was killed', async () => {
    await windows.ok('stop');
    await windows.ok('run', '--detach');
    const { pid } = JSON.parse(await windows.ok('status', '--json')) as Readonly<{ pid: number }>;
    await windows.program('taskkill.exe', '/f', '/pid', String(pid)).ended;
    const { stderr } = await windows.run('status');
    expect(stderr).toContain('[control.not-running]');
    // A command that needs an agent starts one.
    expect(await windows.ok('list')).toMatch(/^office/m);
    await until(
      'winbox',
      async () => (/^winbox +(?:direct|relay)/m.test(await office.ok('list')) ? true : undefined),
      60_000,
    );
  });

  it('gives nothing to another program that has taken the name of its agent', async () => {
    await windows.ok('stop');
    const impostor = windows.script(join(ROOT, 'test/support/windows/impostor.cjs'), windows.pathOf(profile()));
    await impostor.said(/listening/);
    const { code, stderr } = await windows.run('status');
    expect(stderr).toContain('[control.stranger]');
    expect(code).toBe(7);
    impostor.kill();
    // The nonce of the command, and nothing of what it would have said.
    expect((await impostor.ended).stdout.match(/heard \d+/g)).toEqual(['heard 37']);
  });

  it('can be the host of a relay', async () => {
    const hosted = windows.begin(
      'clawreach-relay',
      '--listen',
      '127.0.0.1:17395',
      '--admission',
      'open',
      '--stun',
      'off',
    );
    await hosted.said(/relay started/);
    const pin = (await hosted.said(/tls pin +[0-9a-f-]{79}/)).slice(-79);
    expect(existsSync(join(windows.home, 'AppData', 'Local', 'clawreach-relay'))).toBe(true);
    const guest = stage.device('guest');
    await guest.ok('config', 'relay', 'wss://127.0.0.1:17395', '--pin', pin);
    await guest.untilOnline();
    hosted.kill();
    await hosted.ended;
  });
});
