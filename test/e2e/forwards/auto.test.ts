import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServer, type Server } from 'node:http';
import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { runCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { findProgram, has } from '#test/support/forwards/programs.ts';
import { listen, TestSshd } from '#test/support/ssh/sshd.ts';

/** For a rule to take another way on a busy machine, ms. */
const TAKEN = 60_000;

describe.skipIf(!has('curl', 'sshd'))('one proxy that takes whatever way works', () => {
  let stage: Stage;
  let relay: StageRelay;
  let laptop: Device;
  let office: Device;
  let api: AppApiClient;
  let sshd: TestSshd;
  let web: Server;
  let webPort = 0;
  let rule: ForwardView;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ laptop, office } = await stage.pairedDevices(relay, { allow: ['--allow', 'forward'] }));
    web = createServer((_, response) => response.end('the page'));
    webPort = await listen(web);
    api = await laptop.connect();
  });
  /** Both ways are there, and nothing is known yet of the server. */
  beforeEach(async () => {
    sshd = await TestSshd.start();
    const peer = (await api.call('peers.list', {}))[0]?.peerId ?? '';
    rule = await api.call('forwards.add', {
      rule: {
        kind: 'auto',
        name: 'whatever works',
        enabled: true,
        peer,
        listen: { host: '127.0.0.1', port: 0 },
        server: {
          host: '127.0.0.1',
          port: sshd.port,
          user: sshd.user,
          login: { method: 'key', file: sshd.keyFile },
        },
        user: null,
      },
    });
  });
  afterEach(async () => {
    for (const { id } of await api.call('forwards.list', {})) await api.call('forwards.remove', { id });
    await stage.restore();
    await sshd.close();
  });
  afterAll(async () => {
    api?.close();
    web?.close();
    await stage.close();
  });

  const view = async (): Promise<ForwardView> => {
    const found = (await api.call('forwards.list', {})).find(({ id }) => id === rule.id);
    if (found === undefined) throw new Error('the rule is gone');
    return found;
  };

  /** The rule as soon as it takes that way. */
  const taking = (way: 'link' | 'ssh'): Promise<ForwardView> =>
    until(
      `the rule to take ${way}`,
      async () => {
        const now = await view();
        return now.auto?.way === way ? now : undefined;
      },
      TAKEN,
    );

  /** Both ways work, and the link is taken. */
  const bothWork = async (): Promise<NonNullable<ForwardView['auto']>> => {
    await until('the key of SSH', async () => ((await view()).hostKey === null ? undefined : true), TAKEN);
    await api.call('forwards.trustHostKey', { id: rule.id, fingerprint: sshd.fingerprint() });
    return until(
      'both ways to work',
      async () => {
        const { auto } = await api.call('forwards.probe', { id: rule.id });
        return auto?.way === 'link' && auto.probes.every(({ works }) => works) ? auto : undefined;
      },
      TAKEN,
    );
  };

  /** By both proxies of the one port. */
  const fetchBoth = async (): Promise<readonly string[]> => {
    const { address } = await view();
    const pages: string[] = [];
    for (const scheme of ['socks5h', 'http']) {
      const words = [
        '--silent',
        '--show-error',
        '--max-time',
        '30',
        '--noproxy',
        '',
        '--proxy',
        `${scheme}://${address}`,
      ];
      const { stdout, stderr } = await runCommand([...words, `http://localhost:${webPort}/`], {
        program: findProgram('curl') ?? 'curl',
        environment: stage.environment,
      });
      pages.push(stdout === '' ? stderr : stdout);
    }
    return pages;
  };
  const PAGES = ['the page', 'the page'];

  it('takes the link, says of SSH that its key is unknown, and uses the port of one rule for SOCKS and HTTP', async () => {
    await taking('link');
    // SSH may take longer to answer.
    const probed = async (): Promise<ForwardView | undefined> => {
      const now = await view();
      return now.auto?.probes[1]?.code === 'ssh.host-key-unknown' ? now : undefined;
    };
    const now = await until('SSH to be tried', probed, TAKEN);
    expect(now).toMatchObject({ state: 'ready', hostKey: { fingerprint: sshd.fingerprint() } });
    expect(now.auto).toMatchObject({
      way: 'link',
      probes: [
        { way: 'link', works: true, code: null },
        { way: 'ssh', works: false, code: 'ssh.host-key-unknown' },
      ],
    });
    expect(await fetchBoth()).toEqual(PAGES);
    expect(await bothWork()).toMatchObject({ probes: [{ works: true }, { works: true, code: null }] });
    expect((await view()).hostKey).toBe(null);
  });

  it("the peer's agent is killed: SSH takes over; it is back: the link again, and the port answers all the time", async () => {
    await bothWork();
    const pid = (await office.status()).pid;
    const { address } = await view();
    process.kill(pid, 'SIGKILL');
    expect(await fetchBoth()).toEqual(PAGES);
    const away = await taking('ssh');
    expect(away.state).toBe('ready');
    expect(away.auto?.probes[0]).toMatchObject({ way: 'link', works: false });
    expect(await fetchBoth()).toEqual(PAGES);

    await office.agent?.ended;
    await office.runAgent(relay);
    expect(await fetchBoth()).toEqual(PAGES);
    await taking('link');
    expect(await fetchBoth()).toEqual(PAGES);
    expect((await view()).address).toBe(address);
  });

  it('the SSH server is killed: nobody notices; then both are gone: the rule says so, and waits', async () => {
    await bothWork();
    await sshd.kill();
    expect(await fetchBoth()).toEqual(PAGES);
    process.kill((await office.status()).pid, 'SIGKILL');
    const stuck = await until(
      'the rule to wait',
      async () => {
        const now = await api.call('forwards.probe', { id: rule.id });
        return now.state === 'waiting' ? now : undefined;
      },
      TAKEN,
    );
    expect(stuck).toMatchObject({ auto: { way: null }, problem: { code: 'forward.no-way' } });
    await sshd.restart();
    const back = await taking('ssh');
    expect(back).toMatchObject({ state: 'ready', problem: null });
    expect(await fetchBoth()).toEqual(PAGES);
  });
});
