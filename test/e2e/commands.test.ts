import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLAWREACH, CLAWREACH_RELAY, documents, NODE, runCommand, type Ended } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('the command line as scripts use it', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  it('explains itself: the list of commands, each of them, and the exit codes', async () => {
    const help = await laptop.ok('help', '--all');
    const commands = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?:\|\w+)?(?: [<[].*?)? {2,}\S/gm)].map(
      ([, name = '']) => name,
    );
    expect(commands).toEqual(
      expect.arrayContaining(
        'pair list connect ping path terminals rights approvals safety-number rename forget audit run status stop config network'.split(
          ' ',
        ),
      ),
    );
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130]) expect(help).toMatch(new RegExp(`^ +${code} {2}\\w`, 'm'));
    const others = commands.filter((name) => name !== 'help');
    const texts = new Map<string, Ended>();
    // All at once they would wait for each other, each until its time is up.
    const waiting = others.values();
    const ask = async (): Promise<void> => {
      for (const name of waiting) texts.set(name, await laptop.run([name, '--help']));
    };
    await Promise.all([ask(), ask(), ask()]);
    expect([...texts.keys()].toSorted()).toEqual(others.toSorted());
    for (const [name, { code, stdout, stderr }] of texts) {
      expect([name, code, stderr]).toEqual([name, 0, '']);
      expect(stdout).toMatch(new RegExp(`^Usage: clawreach ${name}\\b`));
      expect(stdout).toMatch(new RegExp(`^Examples:\\n {2}\\$ clawreach ${name}\\b`, 'm'));
      expect(stdout).toContain('--json');
    }
    expect(await laptop.ok('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    const ofRelay = await runCommand([CLAWREACH_RELAY, '--help'], { environment: stage.environment });
    expect(ofRelay.code).toBe(0);
    expect(ofRelay.stdout).toContain('--admission <MODE>');
  });

  it.each([
    ['list'],
    ['status'],
    ['connect', 'office', '--check'],
    ['ping', 'office', '-c', '2', '-i', '10'],
    ['path', 'office'],
    ['path', 'office', '--mode', 'auto'],
    ['network'],
    ['terminals', 'office'],
    ['rights', 'office'],
    ['approvals'],
    ['approvals', '--all'],
    ['safety-number', 'office'],
    ['rename', 'office', 'office'],
    ['audit'],
    ['config'],
    ['config', 'name', 'laptop'],
  ])('%s … speaks JSON, and nothing else', async (...words) => {
    const { code, stdout, stderr } = await laptop.run([...words, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(documents(stdout).length).toBeGreaterThan(0);
  });

  it('pairing speaks JSON on both sides, and both say the same words', async () => {
    const third = stage.device('third');
    const inviting = office.start(['pair', '--json']);
    const [, code = ''] = await inviting.said(/"code":"([0-9A-Z-]+)"/);
    const joined = await third.join(code, '--relay', relay.url, '--json');
    const invited = await inviting.ended;
    expect([joined.code, joined.stderr, invited.code, invited.stderr]).toEqual([0, '', 0, '']);
    const [here, there] = [documents(invited.stdout), documents(joined.stdout)];
    expect(here[0]).toMatchObject({ event: 'invitation', code, link: null, relay: relay.url });
    expect(here.at(-1)).toMatchObject({ event: 'paired', words: there.at(-1)?.['words'] });
    expect(there.at(-1)).toMatchObject({ event: 'paired', peer: { name: 'office' } });
    const { device } = await third.status();
    expect(await office.json('forget', device.shortId, '--yes')).toEqual({ forgotten: device.peerId, told: true });
    expect(documents(await third.ok('stop', '--json'))).toMatchObject([{ stopped: true }]);
  });

  it.skipIf(process.platform === 'win32')('runs in a directory that has been removed', async () => {
    const words = 'mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" "$3" --version';
    const ended = await runCommand(['-c', words, 'sh', join(stage.directory, 'removed'), NODE, CLAWREACH], {
      environment: stage.environment,
      program: '/bin/sh',
    });
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('an agent in the foreground speaks JSON, one event per line', async () => {
    const agent = stage.device('fourth').start(['run', '--json', '--name', 'fourth']);
    await agent.said(/"event":"status"/);
    const { code, stdout, stderr } = await agent.end('SIGINT');
    expect([code, stderr]).toEqual([0, '']);
    expect(documents(stdout)[0]).toMatchObject({ event: 'started', profile: expect.stringContaining('fourth') });
  });

  it('an agent in the background is started and ended by commands', async () => {
    const fifth = stage.device('fifth');
    const words = ['run', '--detach', '--name', 'fifth', '--relay', relay.url, '--admission-stdin', '--json'];
    const { code, stdout } = await fifth.run(words, { input: relay.token });
    expect(code).toBe(0);
    expect(documents(stdout)).toMatchObject([{ relay: { state: 'online' } }]);
    expect((await fifth.status()).device.name).toBe('fifth');
    await fifth.ok('stop');
  });

  it.each<[exit: number, code: string, words: string[], input?: string]>([
    [2, 'usage.command-line', ['nonsense']],
    [2, 'usage.command-line', ['connect']],
    [2, 'usage.command-line', ['list', '--no-such-option']],
    [2, 'pairing.code-format', ['pair', '-'], 'ABCD-123'],
    [2, 'pairing.link-format', ['pair', '-'], 'clawreach://pair?x'],
    [2, 'usage.duration', ['rights', 'office', '--allow', 'terminal', '--for', 'soon']],
    [255, 'peer.unknown', ['connect', 'nobody']],
    [4, 'peer.unknown', ['ping', 'nobody']],
    [1, 'approval.gone', ['approvals', 'approve', '999']],
    [7, 'relay.nameplate', ['pair', '-'], 'ZZZZ-ZZZZ'],
  ])('exit code %i and %s for %j %s', async (exit, code, words, input = '') => {
    const { code: ended, stdout, stderr } = await laptop.run([...words, '--json'], { input });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code, what: expect.any(String), why: expect.any(String), next: expect.any(String) },
    });
    expect(stdout).toBe('');
    expect(ended).toBe(exit);
    const forPeople = await laptop.run(words, { input });
    expect(forPeople.stderr).toMatch(new RegExp(`^clawreach: .+ {2}\\[${code.replace('.', '\\.')}\\]$`, 'm'));
  });

  it('exit code 3 when no agent runs, 6 when the relay cannot be reached, 2 when its address is wrong', async () => {
    const lonely = stage.device('lonely');
    expect((await lonely.run(['status'])).code).toBe(3);
    expect((await lonely.run(['stop'])).code).toBe(0);
    const unreachable = await lonely.run(['pair', '--relay', 'ws://127.0.0.1:1']);
    expect(unreachable.stderr).toContain('[relay.connection-refused]');
    expect(unreachable.code).toBe(6);
    const insecure = await lonely.run(['pair', '--relay', 'ws://192.0.2.1:7474']);
    expect(insecure.stderr).toContain('[relay.insecure-url]');
    expect(insecure.code).toBe(2);
    const token = await lonely.run(['config', 'relay', relay.url, '--admission-stdin'], {
      input: 'AAAAA-AAAAA-AAAAA-AAAAA',
    });
    expect(token.stderr).toContain('[relay.admission]');
    expect(token.code).toBe(7);
    await lonely.ok('stop');
  });

  it('list says why nobody is there, also while a relay that takes connections says nothing', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const waiting = stage.device('waiting');
    const agent = waiting.start(['run', '--relay', `ws://127.0.0.1:${port}`]);
    try {
      await agent.said(/connecting/);
      // Between two tries it is not.
      const list = () => waiting.run(['list']);
      await expect.poll(list).toMatchObject({ code: 0, stderr: `Relay ws://127.0.0.1:${port}: connecting\n` });
      await waiting.ok('pause');
      expect((await waiting.run(['list'])).stderr).toMatch(/^Relay \S+: off: .+ {2}\[agent\.paused\]$/m);
    } finally {
      await agent.end('SIGINT');
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('a wrong code ends in one clear message on both sides, and is burnt', async () => {
    const inviting = office.start(['pair']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    const last = code.at(-1) ?? '';
    const wrong = `${code.slice(0, -1)}${ALPHABET[(ALPHABET.indexOf(last) + 1) % 32]}`;
    const stranger = stage.device('stranger');
    const joined = await stranger.join(wrong, '--relay', relay.url);
    const invited = await inviting.ended;
    for (const { code: exit, stderr, stdout } of [joined, invited]) {
      expect(stderr).toContain('[pairing.wrong-code]');
      expect(stdout).not.toContain('Paired');
      expect(exit).toBe(7);
    }
    const right = await stranger.join(code, '--relay', relay.url);
    expect(right.code).not.toBe(0);
    expect(await stranger.json('list')).toEqual([]);
    await stranger.ok('stop');
  });

  it('Ctrl-C ends what waits, with 130, and takes the invitation back', async () => {
    const inviting = office.start(['pair']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    expect((await inviting.end('SIGINT')).code).toBe(130);
    expect((await laptop.join(code)).stderr).toContain('[relay.nameplate]');
    const pinging = laptop.start(['ping', 'office', '-c', '0', '-i', '50']);
    await pinging.said(/office: [\d.]+ ms via relay/);
    const { code: exit, stdout } = await pinging.end('SIGINT');
    expect(stdout).toMatch(/\d+ sent, \d+ answered, min\/avg\/max/);
    expect(exit).toBe(0);
    const connected = laptop.start(['connect', 'office', '--', 'sh', '-c', 'echo on; sleep 600']);
    await connected.said(/on/);
    expect((await connected.end('SIGTERM')).code).toBe(143);
  });

  it.runIf(process.platform === 'linux')('what has no room for its output says so, and fails', async () => {
    for (const line of [['connect', '-q', 'office', '--', 'yes'], ['list'], ['--version']]) {
      const words = laptop.words(...line).map((word) => `'${word}'`);
      const { stdout, stderr } = await runCommand(['-c', `"$NODE" ${words.join(' ')} > /dev/full; echo "$?"`], {
        program: 'bash',
        environment: { ...stage.environment, NODE: process.execPath },
      });
      expect([line[0], stdout]).toEqual([line[0], '1\n']);
      expect(stderr).toContain('The disk is full');
      expect(stderr).toContain('[output.write]');
    }
  });

  it('what is cut off by a closed pipe ends quietly', async () => {
    const words = laptop.words('connect', '-q', 'office', '--', 'yes').map((word) => `'${word}'`);
    const { stdout, stderr } = await runCommand(
      ['-c', `"$NODE" ${words.join(' ')} | head -n 3; echo "\${PIPESTATUS[0]}"`],
      {
        program: 'bash',
        environment: { ...stage.environment, NODE: process.execPath },
      },
    );
    expect(stdout).toBe('y\ny\ny\n141\n');
    expect(stderr).toBe('');
  });
});
