import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { HostedRelay } from '#shared/app-api/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { MappingOutcome } from '#node/port-mapping/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import {
  ADDRESS_INTERVAL,
  HostedRelayService,
  RESTART_DELAYS,
  RELAY_STABLE_AFTER,
  START_TIMEOUT,
  STOP_TIMEOUT,
  type HostedRelayOptions,
  type RememberedRelay,
} from '../../../../src-main/desktop/relay/hosted-relay-service.ts';
import type { RelayProcess } from '../../../../src-main/desktop/relay/relay-process.ts';

const PIN = 'ab'.repeat(32);

/** What a relay process would do, told by the test. */
class FakeRelay {
  readonly args: readonly string[];
  readonly process: RelayProcess;
  readonly port: number;
  stopped = false;
  killed = false;
  readonly #stdout = new PassThrough();
  readonly #stderr = new PassThrough();
  readonly #exit: (how: string) => void;

  constructor(args: readonly string[]) {
    this.args = args;
    this.port = Number(args.find((word) => word.startsWith('--listen='))?.slice('--listen='.length));
    let exit: (how: string) => void = () => undefined;
    this.process = {
      stdout: this.#stdout,
      stderr: this.#stderr,
      exited: new Promise((resolve) => {
        exit = resolve;
      }),
      stop: () => {
        this.stopped = true;
      },
      kill: () => {
        this.killed = true;
        this.exit('SIGKILL');
      },
    };
    this.#exit = exit;
  }

  async listens(): Promise<void> {
    this.#stdout.write(
      `listening on :${this.port}\nurl             wss://192.0.2.7:${this.port}\ntls pin         ${PIN}\n`,
    );
    this.#stdout.write(
      'relay key       K\nadmission token TOKEN-1234\nfirst device    clawreach run\ndata            /d (back it up)\n',
    );
    await settle();
  }

  async portTaken(): Promise<void> {
    this.#stderr.write(`clawreach-relay: cannot listen on port ${this.port}: EADDRINUSE\n`);
    await settle();
    this.exit('exit code 1');
    await settle();
  }

  exit(how: string): void {
    this.#exit(how);
  }
}

function stage(
  options: Partial<Omit<HostedRelayOptions, 'launch'>> &
    Readonly<{ canLaunch?: boolean; outcome?: MappingOutcome }> = {},
) {
  const clock = new FakeClock();
  const relays: FakeRelay[] = [];
  const remembered: RememberedRelay[] = [];
  const configured: string[] = [];
  const wentBack: string[] = [];
  const shown: HostedRelay[] = [];
  const router: string[] = [];
  const addresses = ['192.0.2.7'];
  // As the agent of this device would say it: at the relay that it was pointed to.
  let used: Readonly<{ url: string | null; own?: true }> = { url: null };
  const use = (relay: typeof used): void => void (used = relay);
  const launch = (args: readonly string[]): RelayProcess => {
    const relay = new FakeRelay(args);
    relays.push(relay);
    return relay.process;
  };
  const service = new HostedRelayService({
    launch: Promise.resolve(options.canLaunch === false ? undefined : launch),
    directory: '/profile/relay',
    clock,
    logger: silentLogger,
    remembered: undefined,
    remember: (relay) => void remembered.push(relay),
    configure: ({ url, pin, admission, own }) => {
      configured.push(`${url} ${pin?.slice(0, 4)} ${admission}${own === true ? '' : ' for good'}`);
      use({ url, own: true });
      return Promise.resolve();
    },
    current: () =>
      Promise.resolve({ state: 'online', problem: null, retryAt: null, secure: true, keyId: null, ...used }),
    goBack: () => {
      wentBack.push(relays.at(-1)?.stopped === true ? 'too late' : 'in time');
      return Promise.resolve();
    },
    addresses: () => addresses,
    mapper: {
      map: ({ protocol, port, externalPort }) => {
        router.push(`open ${protocol} ${externalPort} to ${port}`);
        return Promise.resolve(options.outcome ?? { kind: 'none' });
      },
      unmap: ({ protocol }, { port }) => {
        router.push(`close ${protocol} ${port}`);
        return Promise.resolve();
      },
    },
    ...options,
  });
  service.onChange((relay) => void shown.push(relay));
  const last = (): FakeRelay => {
    const relay = relays.at(-1);
    if (relay === undefined) throw new Error('no relay was started');
    return relay;
  };
  const start = async (): Promise<HostedRelay> => {
    const starting = service.start();
    await settle();
    await last().listens();
    return starting;
  };
  return { service, clock, relays, remembered, configured, wentBack, shown, addresses, use, last, start, router };
}

describe('the relay of the application', () => {
  it('listens, tells where it is, and this device is pointed to it', async () => {
    const { start, last, configured, shown, remembered } = stage();
    expect(await start()).toMatchObject({
      state: 'running',
      url: 'wss://192.0.2.7:7474',
      addresses: ['wss://192.0.2.7:7474'],
      pin: PIN,
      admission: 'TOKEN-1234',
      problem: null,
    });
    expect(last().args).toEqual(
      // Who stops it, or closes the application, doesn't restart it.
      expect.arrayContaining(['--listen=7474', '--data=/profile/relay', '--tls=own', '--announce-restart=off']),
    );
    expect(configured).toEqual(['wss://192.0.2.7:7474 abab TOKEN-1234']);
    expect([...new Set(shown.map(({ state }) => state))]).toEqual(['starting', 'running']);
    expect(remembered).toEqual([{ on: true, port: 7474, outside: true }]);
  });

  it('takes the next port when another program has the first', async () => {
    const { service, relays, last, remembered } = stage();
    const starting = service.start();
    await settle();
    await last().portTaken();
    await last().listens();
    expect((await starting).url).toBe('wss://192.0.2.7:7475');
    expect(relays).toHaveLength(2);
    expect(remembered).toEqual([{ on: true, port: 7475, outside: true }]);
  });

  it('says so after twenty ports', async () => {
    const { service, relays, last } = stage();
    const starting = service.start();
    await settle();
    for (let port = 0; port < 20; port += 1) await last().portTaken();
    expect(await starting).toMatchObject({ state: 'failed', problem: 'hosted-relay.port' });
    expect(relays).toHaveLength(20);
  });

  it('that says nothing is killed after a while', async () => {
    const { service, clock, last } = stage();
    const starting = service.start();
    await settle();
    await clock.advance(START_TIMEOUT);
    expect(await starting).toMatchObject({ state: 'failed', problem: 'hosted-relay.timeout' });
    expect(last().killed).toBe(true);
  });

  it('is one, however often it is started', async () => {
    const { service, start, relays } = stage();
    const [first, second] = await Promise.all([start(), service.start()]);
    expect(second).toEqual(first);
    await service.start();
    expect(relays).toHaveLength(1);
  });

  it('cannot be had where nothing can run it', async () => {
    const { service } = stage({ canLaunch: false });
    expect(await service.canHost()).toBe(false);
    expect(await service.start()).toMatchObject({ state: 'failed', problem: 'hosted-relay.unavailable' });
  });

  it('starts again when it ends by itself, later each time, and is given up after five', async () => {
    const { service, clock, start, relays, last } = stage();
    await start();
    for (const [failures, delay] of RESTART_DELAYS.entries()) {
      last().exit('SIGSEGV');
      await clock.advance(delay - 1);
      expect(relays).toHaveLength(failures + 1);
      expect(service.get().state).toBe('starting');
      await clock.advance(1);
      expect(relays).toHaveLength(failures + 2);
      await last().listens();
      expect(service.get().state).toBe('running');
    }
    last().exit('SIGSEGV');
    await settle();
    expect(service.get()).toMatchObject({ state: 'failed', problem: 'hosted-relay.failed' });
    expect(clock.pending).toBe(0);
  });

  it('that has been stable has no failures behind it', async () => {
    const { service, clock, start, last } = stage();
    await start();
    for (let times = 0; times < 7; times += 1) {
      await clock.advance(RELAY_STABLE_AFTER);
      last().exit('SIGSEGV');
      await clock.advance(RESTART_DELAYS[0] ?? 0);
      await last().listens();
      expect(service.get().state).toBe('running');
    }
  });

  it('is stopped: asked first, killed when it does not end', async () => {
    const { service, clock, start, last, remembered } = stage();
    await start();
    const stopping = service.stop();
    await clock.advance(STOP_TIMEOUT - 1);
    expect([last().stopped, last().killed]).toEqual([true, false]);
    await clock.advance(1);
    expect(last().killed).toBe(true);
    expect(await stopping).toMatchObject({ state: 'off', url: null, admission: null });
    expect(remembered.at(-1)).toEqual({ on: false, port: 7474, outside: true });
    expect(clock.pending).toBe(0);
  });

  it('stopped, leaves this device at the relay before, while it still runs; closed with the application, it does not', async () => {
    const { service, start, last, wentBack, configured } = stage();
    await start();
    const stopping = service.stop();
    await settle();
    last().exit('exit code 0');
    await stopping;
    expect(wentBack).toEqual(['in time']);
    expect(configured).toHaveLength(1);
    await start();
    const closing = service.close();
    last().exit('exit code 0');
    await closing;
    expect(wentBack).toHaveLength(1);
  });

  it('has ended and can be started again when this device could not be pointed to the relay before', async () => {
    const { service, start, last, relays } = stage({ goBack: () => Promise.reject(new Error('disk full')) });
    await start();
    const stopping = service.stop().catch(String);
    await settle();
    last().exit('exit code 0');
    expect(await stopping).toBe('Error: disk full');
    expect(service.get().state).toBe('off');
    await start();
    expect(relays).toHaveLength(2);
    expect(service.get().state).toBe('running');
  });

  it('given up, can be left for the relay before', async () => {
    const { service, wentBack } = stage({ canLaunch: false });
    await service.start();
    expect(await service.stop()).toMatchObject({ state: 'off' });
    expect(wentBack).toHaveLength(1);
  });

  it('stopped while it starts does not come up', async () => {
    const { service, last, relays } = stage();
    const starting = service.start();
    await settle();
    const stopping = service.stop();
    last().exit('exit code 0');
    await stopping;
    await starting;
    await settle();
    expect(service.get().state).toBe('off');
    expect(relays).toHaveLength(1);
  });

  it('started again while it stops waits until the first has gone', async () => {
    const { service, start, last, relays } = stage();
    await start();
    const stopping = service.stop();
    const starting = service.start();
    await settle();
    expect(relays).toHaveLength(1);
    last().exit('exit code 0');
    await stopping;
    await settle();
    expect(relays).toHaveLength(2);
    await last().listens();
    expect((await starting).state).toBe('running');
    expect(service.get().state).toBe('running');
  });

  it('runs again at the next start of the application where it ran, on its port', async () => {
    const { service, last } = stage({ remembered: { on: true, port: 7480 } });
    const resuming = service.resume();
    await settle();
    expect(last().port).toBe(7480);
    await last().listens();
    await resuming;
    expect(service.get().url).toBe('wss://192.0.2.7:7480');
    const off = stage({ remembered: { on: false, port: 7480 } });
    await off.service.resume();
    expect(off.relays).toHaveLength(0);
  });

  it('is said to start before anybody can look, when it runs again at the next start', async () => {
    const { service, shown } = stage({ remembered: { on: true, port: 7480 } });
    void service.resume();
    expect(service.get().state).toBe('starting');
    const without = stage({ remembered: { on: true, port: 7480 }, canLaunch: false });
    await without.service.resume();
    expect(without.service.get().state).toBe('off');
    expect(shown).toHaveLength(1);
  });

  it('stopped before it is known whether it can run stays off', async () => {
    const { service, relays, remembered } = stage({ remembered: { on: true, port: 7480 } });
    const resuming = service.resume();
    await Promise.all([service.stop(), resuming]);
    expect(relays).toHaveLength(0);
    expect(service.get().state).toBe('off');
    expect(remembered).toEqual([{ on: false, port: 7480, outside: false }]);
  });

  it('stopped while it asks what this device uses does not take it back from the relay before', async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined);
    });
    const { service, last, configured, wentBack } = stage({
      remembered: { on: true, port: 7480 },
      current: () => asked,
    });
    void service.resume();
    await settle();
    await last().listens();
    const stopping = service.stop();
    await settle();
    last().exit('exit code 0');
    await stopping;
    answer();
    await settle();
    expect(wentBack).toHaveLength(1);
    expect(configured).toEqual([]);
    expect(service.get().state).toBe('off');
  });

  it('stopped and started again while this device is pointed to it points it there again', async () => {
    const pointed: (() => void)[] = [];
    const { service, last, relays } = stage({
      configure: () => new Promise<void>((resolve) => void pointed.push(resolve)),
      // Back at the relay before.
      current: () =>
        Promise.resolve({
          state: 'online',
          url: 'wss://relay.example:7474',
          problem: null,
          retryAt: null,
          secure: true,
          keyId: null,
        }),
    });
    void service.start();
    await settle();
    await last().listens();
    const stopping = service.stop();
    const starting = service.start();
    await settle();
    pointed.shift()?.();
    last().exit('exit code 0');
    await stopping;
    await settle();
    expect(relays).toHaveLength(2);
    await last().listens();
    expect(pointed).toHaveLength(1);
    pointed.shift()?.();
    await starting;
    expect(service.get().state).toBe('running');
  });

  it.each([
    ['was at it, at whatever address', { url: 'wss://198.51.100.9:7480', own: true as const }, true],
    ['was at it before that was remembered', { url: 'wss://192.0.2.7:7480' }, true],
    ['has no relay', { url: null }, true],
    ['was pointed to another one since', { url: 'wss://relay.example:7474' }, false],
  ])('runs again at the next start, and this device is pointed to it where it %s', async (_what, used, points) => {
    const { service, last, configured, use } = stage({ remembered: { on: true, port: 7480 } });
    use(used);
    const resuming = service.resume();
    await settle();
    await last().listens();
    await resuming;
    expect(service.get().state).toBe('running');
    expect(configured).toEqual(points ? ['wss://192.0.2.7:7480 abab TOKEN-1234'] : []);
  });

  it('does not take this device back from another relay when its own address changes, but when it is started by a person', async () => {
    const { service, clock, start, last, addresses, configured, use, shown } = stage();
    await start();
    use({ url: 'wss://relay.example:7474' });
    addresses.splice(0, 1, '198.51.100.3');
    await clock.advance(ADDRESS_INTERVAL);
    expect(shown.at(-1)?.url).toBe('wss://198.51.100.3:7474');
    expect(configured).toHaveLength(1);
    const stopping = service.stop();
    await settle();
    last().exit('exit code 0');
    await stopping;
    await start();
    expect(configured.at(-1)).toBe('wss://198.51.100.3:7474 abab TOKEN-1234');
  });

  it('ends with the application and is remembered as on', async () => {
    const { service, start, last, remembered, clock } = stage();
    await start();
    const closing = service.close();
    last().exit('exit code 0');
    await closing;
    expect(remembered).toEqual([{ on: true, port: 7474, outside: true }]);
    expect(await service.start()).toMatchObject({ state: 'off' });
    expect(clock.pending).toBe(0);
  });

  it('follows the addresses of this machine', async () => {
    const { clock, start, addresses, configured, shown } = stage();
    await start();
    addresses.splice(0, 1, '198.51.100.3', '2001:db8::3');
    await clock.advance(ADDRESS_INTERVAL);
    expect(shown.at(-1)).toMatchObject({
      url: 'wss://198.51.100.3:7474',
      addresses: ['wss://198.51.100.3:7474', 'wss://[2001:db8::3]:7474'],
    });
    expect(configured.at(-1)).toBe('wss://198.51.100.3:7474 abab TOKEN-1234');
    addresses.splice(0);
    await clock.advance(ADDRESS_INTERVAL);
    expect(shown.at(-1)).toMatchObject({ url: 'wss://127.0.0.1:7474', addresses: [] });
    const before = shown.length;
    await clock.advance(10 * ADDRESS_INTERVAL);
    expect(shown).toHaveLength(before);
  });

  it.each(['hosted-relay.unavailable', 'hosted-relay.failed', 'hosted-relay.timeout', 'hosted-relay.port'])(
    'has a text for %s',
    (code) => {
      expect(ERROR_TEXTS).toHaveProperty([code]);
    },
  );
});
