import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { Network } from '#test/support/faults/index.ts';
import { ended, WireGuardEnd, wireGuardProblem } from '#test/support/forwards/wireguard.ts';

const PROBLEM = wireGuardProblem();
if (PROBLEM !== undefined) console.warn(`WireGuard through wg-proxy is not tested: ${PROBLEM}`);

/** Two real wireguard-go on machines of their own that reach each other only through two agents and a relay. */
describe.skipIf(PROBLEM !== undefined)('WireGuard through wg-proxy', () => {
  let stage: Stage;
  let relay: StageRelay;
  let laptop: Device;
  let network: Network;
  let here: WireGuardEnd;
  let there: WireGuardEnd;
  let api: AppApiClient;

  beforeAll(async () => {
    stage = new Stage();
    network = Network.create(['here', 'there']);
    // Whatever comes through does not come around.
    network.blackHole('here', 'there');
    relay = await stage.startRelay();
    ({ laptop } = await stage.pairedDevices(relay, { allow: ['--allow', 'forward'] }));
    api = await laptop.connect();
    here = await WireGuardEnd.start(network, 'here', '192.168.77.1');
    there = await WireGuardEnd.start(network, 'there', '192.168.77.2');
    const peer = (await api.call('peers.list', {}))[0]?.peerId ?? '';
    const view = await api.call('forwards.add', {
      rule: {
        kind: 'wg-proxy',
        name: 'WireGuard',
        enabled: true,
        peer,
        listen: { host: network.hostAddress, port: 0 },
        to: { host: network.addressOf('there'), port: there.port },
      },
    });
    there.meet(here);
    here.meet(there, view.address ?? '');
    await here.reaches(there, 60);
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    api?.close();
    await here?.close();
    await there?.close();
    network?.close();
    await stage?.close();
  });

  const rule = async (): Promise<ForwardView | undefined> => (await api.call('forwards.list', {}))[0];

  it('has shaken hands, both ways, and the rule says that it works', async () => {
    await there.reaches(here, 60);
    expect(here.handshake).toBeGreaterThan(0);
    expect(there.handshake).toBeGreaterThan(0);
    await expect.poll(rule).toMatchObject({ state: 'ready', problem: null, connections: 1, open: true });
  });

  it('carries packets of the full MTU of 1420 bytes without fragments', async () => {
    const words = ['-c', '3', '-w', '60', '-i', '0.3', '-M', 'do', '-s', String(1420 - 28), '-n', there.address];
    const { code, output } = await ended(here.spawn('ping', words));
    expect(output).toContain('1400 bytes from');
    expect(code).toBe(0);
  });

  it('carries TCP at more than 20 Mbit/s', async () => {
    expect(await here.throughput(there, 3)).toBeGreaterThan(20);
  });

  it('goes on when the relay is killed in the middle and started again, and no end takes the other for one that moved', async () => {
    const before = there.endpoint;
    const ping = here.spawn('ping', ['-w', '170', '-i', '0.3', '-n', '-O', there.address]);
    onTestFinished(() => void ping.kill());
    const done = ended(ping);
    const answers = new Set<number>();
    ping.stdout?.on('data', (chunk: Buffer) => {
      for (const [, number] of chunk.toString().matchAll(/bytes from .*icmp_seq=(\d+)/g)) answers.add(Number(number));
    });
    await until('three answers', () => (answers.size >= 3 ? true : undefined));
    await relay.process.end('SIGKILL');
    const lost = answers.size;
    await relay.restart();
    await until('answers after that', () => (answers.size > lost + 10 ? true : undefined), 90_000);
    ping.kill('SIGINT');
    await done;
    expect(there.endpoint).toBe(before);
    await expect.poll(rule).toMatchObject({ state: 'ready', connections: 1 });
  });

  it('says that no handshake is answered when the other end has gone', async () => {
    await there.close();
    const ping = here.spawn('ping', ['-w', '170', '-i', '0.5', '-n', there.address]);
    onTestFinished(() => void ping.kill());
    const done = ended(ping);
    const silent = await until(
      'the rule to say so',
      async () => {
        const view = await rule();
        return view?.problem?.code === 'forward.wireguard-silent' ? view : undefined;
      },
      // WireGuard shakes hands again when data was unanswered for 15 s, and 17 s later that counts as silence.
      120_000,
    );
    expect(silent.state).toBe('ready');
    ping.kill('SIGINT');
    await done;
  });
});
