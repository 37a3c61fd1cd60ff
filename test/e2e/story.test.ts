import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const PATH_LINE = /^office: via relay 127\.0\.0\.1:\d+ \(encrypted, [\d.]+ ms RTT\)$/m;

/** The README, by hand: each test goes on where the one before ended, and makes sure of what it needs of that when it is tried once more. */
describe('two machines and a relay, from the first start to the last', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let inviting: RunningCommand;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  /** By a link, also where neither knows the other any more. What the laptop said. */
  async function pairAgain(): Promise<string> {
    await office.run(['forget', 'laptop', '--yes']);
    await laptop.run(['forget', 'office', '--yes']);
    inviting = office.start(['pair', '--link', CONFIRMED, '--allow', 'terminal']);
    const [link] = await inviting.said(/clawreach:\/\/pair\?\S+(?=\n)/);
    const said = await laptop.joined(link);
    await inviting.ended;
    return said;
  }

  it('a relay prints its address and the token that lets the first device in', () => {
    expect(relay.url).toBe(`ws://127.0.0.1:${relay.port}`);
    expect(relay.token).toMatch(/^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}$/);
  });

  it('a device without the token is not admitted, and the message says what to do', async () => {
    const { code, stderr } = await office.run(['config', 'relay', relay.url]);
    await office.ok('stop');
    expect(code).toBe(7);
    expect(stderr).toContain('[relay.admission-needed]');
  });

  it('the agent of the machine to be reached comes online with the token', async () => {
    await office.run(['stop']);
    const agent = await office.runAgent(relay, { first: true });
    expect(agent.stdout).toMatch(/office \([0-9A-Z]{7}…\), profile /);
    expect(((await office.json('status')) as AgentStatus).relay).toMatchObject({
      state: 'online',
      url: relay.url,
      problem: null,
    });
  });

  it('takes direct connections', async () => {
    const listens = { listen: 'on', port: 7473, listening: expect.any(Number) };
    await expect.poll(() => office.json('network')).toMatchObject(listens);
  });

  it('takes none when it is told so', async () => {
    expect(await office.ok('network', '--listen', 'outbound-only')).toBe(
      'Direct     outbound only: makes direct connections, accepts none\n',
    );
    expect(await office.json('status')).toMatchObject({ network: { listen: 'outbound-only', listening: null } });
  });

  it('pairs by code; the other agent starts by itself, and both show the same four words', async () => {
    laptop = stage.device('laptop');
    await office.run(['forget', 'laptop', '--yes']);
    inviting = office.start(['pair', CONFIRMED, '--allow', 'terminal']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    const joined = await laptop.join(code, '--name', 'laptop', '--relay', relay.url);
    expect(joined.code).toBe(0);
    expect(joined.stderr).toMatch(/Started ClawReach in the background \(pid \d+/);
    const invited = await inviting.ended;
    expect(invited.code).toBe(0);
    const words = /^ {4}(\w+ {2}\w+ {2}\w+ {2}\w+)$/m;
    expect(words.exec(joined.stdout)?.[1]).toBeDefined();
    expect(words.exec(joined.stdout)?.[1]).toBe(words.exec(invited.stdout)?.[1]);
    expect(joined.stdout).toContain('Paired with office');
    expect(invited.stdout).toContain('Paired with laptop');
    // The rest of the story is that of two machines that only a relay connects, whatever the network of this computer is.
    await laptop.ok('network', '--listen', 'outbound-only');
  });

  it('a code is good for one machine only', async () => {
    const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(inviting.stdout) ?? [];
    const third = stage.device('third');
    const again = await third.join(code, '--relay', relay.url);
    expect(again.code).toBe(7);
    expect(again.stderr).toContain('[relay.nameplate]');
    expect(await third.json('list')).toEqual([]);
  });

  it('both see each other with the same safety number', async () => {
    // What is shown is that of the moment; a link takes one.
    await laptop.ok('ping', 'office');
    await office.ok('ping', 'laptop');
    const [there] = (await laptop.json('list')) as readonly Record<string, unknown>[];
    const [here] = (await office.json('list')) as readonly Record<string, unknown>[];
    expect(there).toMatchObject({ name: 'office', path: 'relay', online: true });
    expect(here).toMatchObject({ name: 'laptop', path: 'relay', online: true });
    expect(there?.['rtt']).toBeGreaterThan(0);
    expect(there?.['safetyNumber']).toMatch(/^\d{5}(?: \d{5}){11}$/);
    expect(there?.['safetyNumber']).toBe(here?.['safetyNumber']);
    const shown = await Promise.all([laptop.ok('safety-number', 'office'), office.ok('safety-number', 'laptop')]);
    const digits = shown.map((text) => text.match(/\b\d{5}\b/g)?.join(''));
    expect(digits[0]).toHaveLength(60);
    expect(digits[0]).toBe(digits[1]);
    expect(await laptop.ok('list')).toMatch(
      /^NAME +PATH +RTT +MAY DO HERE +YOU MAY THERE +ID\noffice +relay +[\d.]+ ms/,
    );
  });

  it('shows path, address and round trip before anything is opened', async () => {
    expect(await laptop.ok('connect', 'office', '--check')).toMatch(PATH_LINE);
    expect(await laptop.json('connect', 'office', '--check')).toMatchObject({
      peer: 'office',
      path: 'relay',
      address: `127.0.0.1:${relay.port}`,
      encrypted: true,
    });
    const replies = await laptop.ok('ping', 'office', '-c', '3', '-i', '10');
    expect(replies.match(/^office: [\d.]+ ms via relay 127\.0\.0\.1:\d+$/gm)).toHaveLength(3);
    expect(replies).toMatch(/3 sent, 3 answered, min\/avg\/max /);
    expect(replies).toMatch(/^Why not direct: \S/m);
    const path = await laptop.ok('path', 'office', '--mode', 'relay-only');
    expect(path).toMatch(/^office: [\d.]+ ms via relay .*\nMode {5}relay-only: /);
    expect(path).toContain('You chose relay-only for this machine.');
    expect(await laptop.json('path', 'office', '--mode', 'auto')).toMatchObject({ mode: 'auto', path: 'relay' });
  });

  it('runs a command there: its output is stdout, its errors are stderr and nothing else, its exit code is ours', async () => {
    const { code, stdout, stderr } = await laptop.run([
      'connect',
      'office',
      '--',
      'sh',
      '-c',
      'printf "%s|" "$@"; echo error >&2; exit 7',
      'name',
      'two words',
      '$HOME *',
    ]);
    expect(stdout).toBe('two words|$HOME *|');
    expect(stderr).toBe('error\n');
    expect(code).toBe(7);
  });

  it('passes every byte of a raw terminal on', async () => {
    const program =
      'stty raw -echo; for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do printf "$(printf "\\\\\\\\x$i%x" 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)"; done';
    const { code, bytes } = await laptop.run(['connect', '-q', '-tt', 'office', '--', 'bash', '-c', program]);
    expect(code).toBe(0);
    expect(bytes).toEqual(Buffer.from(Array.from({ length: 256 }, (_byte, index) => index)));
  });

  it('reports the death of the command by a signal as a shell does', async () => {
    const killed = await laptop.run(['connect', 'office', '--', 'sh', '-c', 'kill -KILL $$']);
    expect(killed.code).toBe(137);
    const ended = await laptop.run(['connect', 'office', '--', 'sh', '-c', 'kill -TERM $$']);
    expect(ended.code).toBe(143);
  });

  it('says when there is no such program', async () => {
    const { code, stderr } = await laptop.run(['connect', 'office', '--', '/no/such/program']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/\[terminal\.\w|No such file|not found/);
  });

  it('types what comes from a pipe into a terminal there that was forced', async () => {
    const { code, stdout } = await laptop.run(['connect', '-q', '-tt', 'office'], {
      input: 'echo "sum $((40 + 2))"\nexit 3\n',
    });
    expect(stdout).toContain('sum 42');
    expect(code).toBe(3);
  });

  it('tells who is there and what happened, on both machines', async () => {
    const status = await office.ok('status');
    expect(status).toMatch(/^Name +office {2}\(/m);
    expect(status).toMatch(/^Relay +ws:\/\/127\.0\.0\.1:\d+: online/m);
    expect(status).toMatch(/^Machines +1 paired, 1 online, 1 connected$/m);
    const events = ((await office.json('audit', '-n', '1000')) as { event: string }[]).map(({ event }) => event);
    expect(events).toEqual(
      expect.arrayContaining([
        'agent.started',
        'relay.configured',
        'peer.paired',
        'peer.linked',
        'terminal.opened',
        'terminal.ended',
      ]),
    );
    expect(await office.ok('audit', '-n', '1000')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}laptop +paired$/m);
    const audit = await office.ok('audit', '--json', '-n', '1000');
    expect(audit, 'what was typed or shown is in no log').not.toContain('sum');
  });

  it('gives the peer another name on this machine only', async () => {
    await laptop.ok('rename', 'office', 'werk büro');
    try {
      expect(await laptop.json('rights', 'werk büro')).toMatchObject({ peer: 'werk büro' });
      expect(await laptop.ok('connect', '-q', 'werk büro', '--', 'echo', 'same place')).toContain('same place');
      expect((await laptop.run(['connect', 'office', '--check'])).code).toBe(4);
      expect((await office.status()).device.name).toBe('office');
    } finally {
      await laptop.ok('rename', 'werk büro', 'office');
    }
  });

  it('a peer that was forgotten is gone on both sides', async () => {
    // Not on a second try.
    if (((await laptop.json('list')) as readonly unknown[]).length === 0) {
      await pairAgain();
    }
    await laptop.ok('forget', 'office', '--yes');
    expect(await laptop.json('list')).toEqual([]);
    const { code, stderr } = await laptop.run(['connect', 'office']);
    expect(code).toBe(255);
    expect(stderr).toContain('[peer.unknown]');
    // The other side still has the pin, and is refused.
    const refused = await office.run(['connect', 'laptop', '--check']);
    expect(refused.code).not.toBe(0);
  });

  it('the machine is paired again with a link, which carries the relay', async () => {
    expect(await pairAgain()).toContain('Paired with office');
    expect((await inviting.ended).code).toBe(0);
    expect(await laptop.ok('connect', '-q', 'office', '--', 'echo', 'back')).toContain('back');
  });

  it('stop ends the agent that was started in the background, and its socket', async () => {
    // It does not on a second try.
    await laptop.ok('config');
    expect(await laptop.ok('stop')).toMatch(/^ClawReach \(pid \d+\) has stopped\.$/m);
    expect((await laptop.run(['status'])).code).toBe(3);
    expect(await laptop.ok('stop')).toBe("ClawReach isn't running.\n");
  });
});
