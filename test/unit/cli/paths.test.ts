import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { LinkNotice, ModeTracker } from '#cli/terminal/index.ts';
import { PATH_REASONS, type AppHandlers, type LinkState, type PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import {
  createFakeHost,
  createNetwork,
  createPeer,
  createRelay,
  createStatus,
  PEER_ID,
} from '#test/support/cli-host.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const NOW = 1_800_000_000_000;
const RELAY = { path: 'relay', address: '203.0.113.5:7474', rtt: 64 } as const;
const DIRECT = { path: 'direct', address: '192.168.1.5:7473', rtt: 2.04 } as const;
const VIA = { path: 'via', address: '1'.repeat(56), rtt: 31 } as const;

function createLink(given: Partial<LinkState> = {}): LinkState {
  return {
    state: 'up',
    since: NOW - 60_000,
    retryAt: null,
    via: null,
    hops: [],
    why: 'no-answer',
    history: [],
    ...given,
  };
}

async function run(line: string, handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost(handlers);
  const exit = runCommandLine(line.split(' '), host);
  await host.clock.advance(30_000);
  return { host, exit: await exit, stdout: host.stdout.text, stderr: host.stderr.text };
}
const inputs = (host: ReturnType<typeof createFakeHost>, wanted: string): readonly unknown[] =>
  host.calls.filter(({ call }) => call === wanted).map(({ input }) => input);

const OTHER_ID = PEER_ID.replace('0', 'Z');

describe('list', () => {
  it('says how each peer is reached, by whom in between, and which link is made anew', async () => {
    const { stdout } = await run('list', {
      'peers.list': async () => [
        createPeer({ name: 'lan', path: 'direct', rtt: 2, link: createLink({ why: null }) }),
        createPeer({ name: 'far', link: createLink() }),
        createPeer({ name: 'behind', path: 'via', link: createLink({ via: 'n\u001bas' }) }),
        createPeer({ name: 'broken', link: createLink({ state: 'reconnecting' }) }),
        createPeer({ name: 'away', path: 'offline', online: false, rtt: null, lastSeenAt: null }),
      ],
    });
    expect(stdout.split('\n').map((row) => row.slice(0, 40).trimEnd())).toEqual([
      'NAME    PATH                    RTT  MAY',
      'away    offline, never seen       -  ask',
      'behind  via n⟨U+001B⟩as       47 ms  ask',
      'broken  reconnecting              -  ask',
      'far     relay                 47 ms  ask',
      'lan     direct               2.0 ms  ask',
      '',
    ]);
  });
});

describe('list of machines in groups', () => {
  const peers = [
    createPeer({ name: 'office-10', group: 'Work', position: 1 }),
    createPeer({ name: 'nas', group: 'Home', position: 2, usedAt: 5 }),
    createPeer({ name: 'office-2', group: 'Work', position: 0 }),
    createPeer({ name: 'new' }),
  ];
  const names = async (line: string, machineOrder: 'mine' | 'name' | 'recent' = 'mine'): Promise<readonly string[]> => {
    const { stdout } = await run(line, {
      'peers.list': async () => peers,
      'status.get': async () => createStatus({ machineOrder }),
    });
    return stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.replaceAll(/ +/g, ' ').split(' ').slice(0, 2).join(' '));
  };

  it('has them in the order of the window, with their group', async () => {
    expect(await names('list')).toEqual(['office-2 Work', 'office-10 Work', 'nas Home', 'new -']);
    expect(await names('list', 'name')).toEqual(['nas Home', 'new -', 'office-2 Work', 'office-10 Work']);
    expect(await names('list', 'recent')).toEqual(['nas Home', 'new -', 'office-2 Work', 'office-10 Work']);
  });

  it('lists one group alone, and names the groups if there is no such one', async () => {
    expect(await names('list --group work')).toEqual(['office-2 Work', 'office-10 Work']);
    const { exit, stderr } = await run('list --group Lab', { 'peers.list': async () => peers });
    expect(exit).toBe(2);
    expect(stderr).toContain('No machine is in the group Lab');
  });

  it('names the group of each machine in JSON', async () => {
    const { stdout } = await run('list --json', { 'peers.list': async () => peers });
    const listed = JSON.parse(stdout) as readonly Readonly<{ name: string; group?: string }>[];
    expect(listed.map(({ name, group }) => [name, group])).toEqual([
      ['office-2', 'Work'],
      ['office-10', 'Work'],
      ['nas', 'Home'],
      ['new', undefined],
    ]);
  });
});

describe('list of peers that nothing confirms', () => {
  it('says when they were seen last, and that a measurement was not answered, instead of an old figure', async () => {
    const at = new Date();
    at.setHours(0, 0, 0, 0);
    const seen = { lastSeenAt: at.getTime() };
    const { stdout } = await run('list', {
      'peers.list': async () => [
        createPeer({ name: 'hung', path: 'direct', rtt: null, linked: true, link: createLink(), ...seen }),
        createPeer({ name: 'doubtful', rtt: null, online: false, link: createLink({ state: 'doubtful' }), ...seen }),
        createPeer({ name: 'gone', path: 'offline', online: false, rtt: 1.4, ...seen }),
      ],
    });
    const rows = stdout.split('\n').slice(1, 4);
    expect(rows[2]).toMatch(/^hung +direct, last seen .*00:00 +no answer /u);
    expect(rows[0]).toMatch(/^doubtful +relay, last seen .*00:00 +no answer /u);
    expect(rows[1]).toMatch(/^gone +offline, last seen .*00:00 +- /u);
    expect(stdout).not.toContain('1.4');
  });
});

describe('ping', () => {
  const moving = (peers: readonly PeerView[], views: readonly (typeof RELAY | typeof DIRECT | typeof VIA)[]) => {
    let asked = 0;
    return {
      'peers.get': async () => peers[Math.min(asked, peers.length - 1)] ?? createPeer(),
      'peers.ping': async () => {
        asked += 1;
        return views[asked - 1] ?? RELAY;
      },
    } satisfies Partial<AppHandlers>;
  };

  it('prints the path of each reply, when it changes, and in the end why it is not direct', async () => {
    const peer = createPeer({ link: createLink() });
    const through = createPeer({ path: 'via', link: createLink({ via: 'nas' }) });
    const { stdout, exit } = await run(
      'ping office -c 4',
      moving([peer, peer, peer, through, through], [RELAY, DIRECT, VIA, VIA]),
    );
    expect(exit).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'office: 64 ms via relay 203.0.113.5:7474',
      'path: relay → direct',
      'office: 2.0 ms direct 192.168.1.5:7473',
      'path: direct → via nas',
      'office: 31 ms via nas',
      'office: 31 ms via nas',
      '',
      '4 sent, 4 answered, min/avg/max 2.0 ms / 32 ms / 64 ms',
    ]);
    expect(lines[8]).toMatch(/^Why not direct: No answer at its addresses/);
  });

  it('has nothing to explain when it is direct', async () => {
    const peer = createPeer({ path: 'direct', link: createLink({ why: null }) });
    const { stdout } = await run('ping office -c 1', moving([peer], [DIRECT]));
    expect(stdout).not.toContain('Why not direct');
  });

  it('goes on without the relay, which may not be needed', async () => {
    const { host, exit, stderr } = await run('ping office -c 1', {
      ...moving([createPeer({ linked: false, path: 'offline', online: false })], [DIRECT]),
      'status.get': async () => createStatus({ relay: createRelay({ state: 'waiting', problem: 'relay.dns' }) }),
      'relay.ready': () => Promise.reject(new ClawReachError('relay.connection-refused', 'no')),
    });
    expect(exit).toBe(0);
    expect(stderr).toContain("Can't reach the relay. Trying a direct connection…  [relay.connection-refused]");
    expect(inputs(host, 'relay.ready')).toEqual([{ timeout: 5000 }]);
  });

  it('gives up when the relay it was told to use is not there', async () => {
    const offline = moving([createPeer({ linked: false })], [DIRECT]);
    const named = await run('ping office --relay wss://other.example', {
      ...offline,
      'relay.configure': async () => createRelay({ state: 'connecting' }),
      'relay.ready': () => Promise.reject(new ClawReachError('relay.connection-refused', 'no')),
    });
    expect(named.exit).toBe(6);
  });

  it.each([1, null])('asks for no relay if there is none, for a peer that was last seen at %s', async (lastSeenAt) => {
    const { host, exit } = await run('ping office -c 1', {
      ...moving([createPeer({ linked: false, path: 'offline', online: false, lastSeenAt })], [DIRECT]),
      'status.get': async () => createStatus({ relay: createRelay({ url: null, state: 'none' }) }),
    });
    expect(exit).toBe(0);
    expect(inputs(host, 'relay.ready')).toEqual([]);
  });

  it('asks no relay for a peer that is to be reached directly only', async () => {
    const { host } = await run(
      'ping office -c 1',
      moving([createPeer({ linked: false, pathMode: 'direct-only' })], [DIRECT]),
    );
    expect(host.calls.map(({ call }) => call)).not.toContain('relay.ready');
    expect(host.calls.map(({ call }) => call)).not.toContain('status.get');
  });
});

describe('path', () => {
  const link = createLink({
    history: [
      { at: NOW - 90_000, path: 'relay', reason: 'first' },
      { at: NOW - 60_000, path: 'direct', reason: 'better' },
      { at: NOW - 30_000, path: null, reason: 'lost' },
      { at: NOW - 29_000, path: 'relay', reason: 'lost' },
    ],
  });

  it('says in words who or what moved a link that worked', async () => {
    const history = (['renewed', 'peer-moved', 'chosen', 'relay-only'] as const).map((reason, index) => ({
      at: NOW - index * 1000,
      path: 'relay' as const,
      reason,
    }));
    const { stdout } = await run('path office', {
      'peers.get': async () => createPeer({ link: createLink({ history }) }),
      'peers.ping': async () => RELAY,
    });
    const told = stdout.split('\n').flatMap((line) => / {2}relay {3}(.+)$/.exec(line)?.[1] ?? []);
    expect(told.toReversed()).toEqual([
      'new keys, as every two hours and after sleep',
      'the other machine chose it',
      'you chose it',
      'you chose relay-only',
    ]);
  });

  it('says by what it chose between UDP and the relay', async () => {
    const history = [{ at: NOW - 1000, path: 'relay' as const, reason: 'faster' as const }];
    const slower = createLink({ history, why: 'no-answer', whyNotUdp: 'slower', times: { udp: 96.2, relay: 8.44 } });
    const { stdout } = await run('path office', {
      'peers.get': async () => createPeer({ link: slower }),
      'peers.ping': async () => RELAY,
    });
    expect(stdout).toContain('Why not over UDP: UDP works, but the relay is clearly faster.');
    expect(stdout).toContain('Measured 96 ms over UDP, 8.4 ms through the relay; UDP is used unless the relay');
    expect(stdout).toMatch(/relay {3}clearly faster/u);
    const { stdout: unmeasured } = await run('path office', {
      'peers.get': async () => createPeer({ link }),
      'peers.ping': async () => RELAY,
    });
    expect(unmeasured).not.toContain('Measured');
  });

  it('shows path, round trip, mode, why it is not direct, and the changes, newest first', async () => {
    const { stdout, exit } = await run('path office', {
      'peers.get': async () => createPeer({ link }),
      'peers.ping': async () => RELAY,
    });
    expect(exit).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('office: 64 ms via relay 203.0.113.5:7474');
    expect(lines[1]).toBe('Mode     auto: direct where that works, otherwise through a relay');
    expect(lines[2]).toMatch(/^Why not direct: No answer at its addresses/);
    expect(lines[3]).toBe('Changes, newest first:');
    expect(lines.slice(4).map((text) => text.replace(/^ {2}[-0-9: ]+ {2}/, ''))).toEqual([
      'relay   the previous path was lost',
      'lost    no path',
      'direct  better path found',
      'relay   first path',
    ]);
  });

  it('sets the mode, whether the peer answers or not', async () => {
    const { host, exit, stdout } = await run('path office --mode direct-only', {
      'peers.get': async () => createPeer({ pathMode: 'direct-only', path: 'offline', online: false }),
      'peers.setPathMode': async ({ mode }) => createPeer({ pathMode: mode }),
      'peers.ping': () => Promise.reject(new ClawReachError('direct.timeout', 'no answer')),
    });
    expect(exit).toBe(0);
    expect(inputs(host, 'peers.setPathMode')).toEqual([{ peer: PEER_ID, mode: 'direct-only' }]);
    expect(stdout).toContain('office: no answer. No direct path: a firewall drops packets.  [direct.timeout]\n');
    expect(stdout).toContain('Mode     direct-only: never through a relay');
    expect(host.stderr.text).toContain(
      'You allowed only direct paths to office. To use the relay: `clawreach path office --mode auto`.\n',
    );
    expect(host.stderr.text).not.toContain('while the relay works');
  });

  it.each([
    ['--via nas', { mode: 'relay-only', via: [OTHER_ID] }],
    ['--via nas --mode auto', { mode: 'auto', via: [OTHER_ID] }],
    ['--via nas --via nas', { mode: 'relay-only', via: [OTHER_ID, OTHER_ID] }],
    ['--via none', { mode: 'relay-only' }],
    ['--mode auto', { mode: 'auto' }],
  ])('%s tells the agent which peer in between', async (options, told) => {
    const { host, exit } = await run(`path office ${options}`, {
      'peers.get': async ({ peer }) =>
        peer === 'nas' ? createPeer({ peerId: OTHER_ID, name: 'nas' }) : createPeer({ pathMode: 'relay-only' }),
      'peers.setPathMode': async () => createPeer(),
      'peers.ping': async () => RELAY,
    });
    expect(exit).toBe(0);
    expect(inputs(host, 'peers.setPathMode')).toEqual([{ peer: PEER_ID, ...told }]);
  });

  describe('a way through a peer that asks its owner', () => {
    const pathVia = [{ peerId: OTHER_ID, name: 'nas' }];
    /** Asks for ten seconds of looking, and then this comes of it. */
    const asking = (outcome: Partial<PeerView>): Partial<AppHandlers> => {
      let looks = 0;
      const now = (): PeerView => {
        looks += 1;
        const direct = createPeer({ pathVia, path: 'direct', link: createLink() });
        return { ...direct, ...(looks < 100 ? { passage: { asking: 'nas', failure: null } } : outcome) };
      };
      return {
        'peers.get': async ({ peer }) =>
          peer === 'nas' || peer === OTHER_ID ? createPeer({ peerId: OTHER_ID, name: 'nas' }) : now(),
        'peers.setPathMode': async () => now(),
        'peers.ping': async () => (outcome.path === 'via' ? VIA : DIRECT),
      };
    };

    it('is waited for and told, and then shown', async () => {
      const { exit, stdout, stderr } = await run(
        'path office --via nas',
        asking({ path: 'via', link: createLink({ via: 'nas' }) }),
      );
      expect(exit).toBe(0);
      expect(stdout).toContain('31 ms via nas');
      expect(stderr).not.toContain('Not yet only via');
    });

    it.each([
      [{ code: 'via.refused', hop: 'nas', message: 'nobody answered' }, 5, 'nobody answered'],
      [{ code: 'via.hop-lost', hop: 'nas', before: 'here', message: '' }, 4, "here can't reach nas"],
    ])('says what came of it, and ends so: %o', async (failure, code, words) => {
      const { exit, stdout, stderr } = await run(
        'path office --via nas',
        asking({ passage: { asking: null, failure } }),
      );
      expect(exit).toBe(code);
      expect(stdout).toContain('2.0 ms direct');
      expect(stderr).toContain('Not yet only via nas');
      expect(stderr).toContain(words);
    });
  });

  it('names the peer in between that was chosen, linked or not', async () => {
    const chosen = { pathVia: [{ peerId: OTHER_ID, name: 'the nas' }], linked: false };
    const { stdout } = await run('path office', {
      'peers.get': async () => createPeer(chosen),
      'peers.ping': () => Promise.reject(new ClawReachError('link.no-way', 'no way')),
    });
    expect(stdout).toContain('Via      only via the nas; to undo this: `clawreach path office --via none`\n');
    expect(stdout).toContain('Why not direct: You chose to reach it only via the nas.\n');
    expect((await run('list', { 'peers.list': async () => [createPeer(chosen)] })).stdout).toMatch(
      /^office +via the nas /m,
    );
  });

  it('says that a way has too many devices in words, not as a request that was not understood', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => `--via ${name}`).join(' ');
    const { exit, stderr, host } = await run(`path office ${five}`, { 'peers.get': async () => createPeer({}) });
    expect(stderr).toContain('up to four');
    expect(exit).toBe(4);
    expect(host.calls.map(({ call }) => call)).not.toContain('peers.setPathMode');
  });

  it('shows a link that moves because of the mode when it has moved', async () => {
    const links = [
      createPeer({ path: 'direct', pathMode: 'relay-only', link: createLink({ why: null }) }),
      createPeer({ pathMode: 'relay-only', link: createLink({ why: 'relay-only' }) }),
    ];
    let asked = 0;
    const { stdout, host } = await run('path office --mode relay-only', {
      'peers.get': async () => links[Math.min((asked += 1) - 1, 1)] ?? createPeer(),
      'peers.setPathMode': async () => links[0] ?? createPeer(),
      'peers.ping': async () => RELAY,
    });
    expect(stdout).toMatch(/^office: 64 ms via relay /);
    expect(stdout).toContain(
      'Why not direct: You chose relay-only for this machine. To allow direct connections: `clawreach path office --mode',
    );
    expect(host.clock.pending).toBe(0);
  });

  it('tells what a link that has no path does, and ends with its code', async () => {
    const { exit, stdout } = await run('path office', {
      'peers.get': async () =>
        createPeer({ link: createLink({ state: 'reconnecting', since: NOW - 9000, retryAt: NOW + 4000 }) }),
      'peers.ping': () => Promise.reject(new ClawReachError('link.timeout', 'no answer')),
    });
    expect(exit).toBe(4);
    expect(stdout).toContain('State    reconnecting for 9 s, retrying in 4 s\n');
    expect(stdout).not.toContain('Why not direct');
  });

  it('is one document for programs', async () => {
    const { stdout } = await run('path office --json', {
      'peers.get': async () => createPeer({ link }),
      'peers.ping': async () => RELAY,
    });
    expect(JSON.parse(stdout)).toEqual({ peer: 'office', peerId: PEER_ID, mode: 'auto', via: [], ...RELAY, link });
  });

  it('knows three modes and explains them', async () => {
    const refused = await run('path office --mode fastest');
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('auto, direct-only, relay-only');
    const { stdout } = await run('path --help');
    expect(stdout).toContain('relay-only: never directly');
  });

  it.each(PATH_REASONS)('explains a link that is not direct: %s', async (why) => {
    const { stdout } = await run('path office', {
      'peers.get': async () => createPeer({ link: createLink({ why }) }),
      'peers.ping': async () => RELAY,
    });
    expect(stdout).toMatch(/Why not direct: \S.*\.\n/);
    expect(stdout).not.toContain('NAME');
  });
});

describe('network', () => {
  it('shows the listener and the addresses that peers are told', async () => {
    const { stdout } = await run('network', {
      'network.get': async () => createNetwork({ addresses: ['192.168.4.17:7473', '[2001:db8::5]:7473'] }),
    });
    expect(stdout).toBe(
      'Direct     listening on port 7473\nAddresses  192.168.4.17:7473\n           [2001:db8::5]:7473\n',
    );
  });

  it('sets what is named and nothing else', async () => {
    const answers: Partial<AppHandlers> = {
      'network.set': async () => createNetwork({ listen: 'outbound-only', listening: null, addresses: [] }),
    };
    const { host, stdout } = await run('network --listen outbound-only', answers);
    expect(inputs(host, 'network.set')).toEqual([{ listen: 'outbound-only' }]);
    expect(stdout).toBe('Direct     outbound only: makes direct connections, accepts none\n');
    expect(inputs((await run('network --port 80', answers)).host, 'network.set')).toEqual([{ port: 80 }]);
    expect((await run('network --port 0', answers)).exit).toBe(2);
    expect((await run('network --listen off', answers)).exit).toBe(2);
  });

  it('tells why nothing listens, and which port is used instead', async () => {
    const broken = await run('network', {
      'network.get': async () => createNetwork({ listening: null, problem: 'direct.listen', addresses: [] }),
    });
    expect(broken.stdout).toContain('not listening on port 7473');
    expect(broken.stdout).toContain('[direct.listen]');
    const other = await run('status', { 'network.get': async () => createNetwork({ listening: 41_873 }) });
    expect(other.stdout).toContain('Direct     listening on port 41873, because 7473 was in use\n');
    const json = await run('status --json');
    expect(JSON.parse(json.stdout)).toMatchObject({ network: { listening: 7473 }, pid: 4711 });
  });
});

describe('a terminal whose link is lost', () => {
  function setup() {
    const clock = new FakeClock();
    const said: string[] = [];
    const shown: string[] = [];
    const screen = { full: false };
    const bar = {
      get isUsable() {
        return screen.full;
      },
      show: ([text = '']: readonly string[]) => void shown.push(text),
      hide: () => void shown.push('gone'),
    };
    const notice = new LinkNotice({ clock, print: (line) => said.push(line), bar });
    return { clock, said, shown, screen, notice };
  }
  const lost = { state: 'reconnecting' } as const;
  const up = { state: 'up' } as const;

  it('says so after two seconds, once, and that it is back', async () => {
    const { clock, said, notice } = setup();
    notice.update(lost, 'reconnecting');
    await clock.advance(1999);
    notice.update(lost, 'reconnecting');
    expect(said).toEqual([]);
    await clock.advance(1);
    notice.update(lost, 'reconnecting');
    await clock.advance(10_000);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('connection lost, reconnecting');
    notice.update(up, 'direct');
    notice.update(up, 'direct');
    expect(said.slice(1)).toEqual(['connected again (direct)']);
    expect(clock.pending).toBe(0);
  });

  it('says nothing of a moment or of doubt', async () => {
    const { clock, said, notice } = setup();
    notice.update(lost, 'reconnecting');
    await clock.advance(1500);
    notice.update(up, 'relay');
    notice.update({ state: 'doubtful' }, 'relay');
    await clock.advance(5000);
    notice.update(up, 'relay');
    expect(said).toEqual([]);
    notice.update(lost, 'reconnecting');
    notice.stop();
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['before the doubt', 4000],
    ['in doubt', undefined],
  ])('says that what is typed %s has no answer, once, and takes that back', async (_when, ahead) => {
    const { clock, said, notice } = setup();
    notice.typed();
    await clock.advance(60_000);
    if (ahead !== undefined) {
      notice.typed();
      await clock.advance(ahead);
    }
    notice.update({ state: 'doubtful' }, 'direct');
    expect(said).toHaveLength(ahead === undefined ? 0 : 1);
    notice.typed();
    notice.typed();
    notice.update({ state: 'doubtful' }, 'direct');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('no answer for some seconds');
    notice.update(up, 'direct');
    notice.typed();
    expect(said.slice(1)).toEqual(['answers again (direct)']);
    notice.update({ state: 'doubtful' }, 'direct');
    notice.update(lost, 'reconnecting');
    await clock.advance(2000);
    notice.update(up, 'relay');
    expect(said.slice(2)).toEqual([
      expect.stringContaining('no answer'),
      expect.stringContaining('connection lost'),
      'connected again (relay)',
    ]);
  });

  it('counts the seconds over a program that fills the screen, even if nothing was typed, and takes the line away', async () => {
    const { clock, said, shown, screen, notice } = setup();
    screen.full = true;
    notice.update(lost, 'reconnecting');
    await clock.advance(1900);
    notice.update(up, 'relay');
    expect(shown).toEqual([]);
    notice.update({ state: 'doubtful' }, 'relay');
    expect(shown).toEqual([expect.stringMatching(/^clawreach: no answer for 6 s\. To give up/)]);
    await clock.advance(1000);
    notice.update(lost, 'reconnecting');
    await clock.advance(2000);
    expect(shown).toHaveLength(4);
    expect(shown.at(-1)).toMatch(/^clawreach: connection lost for 9 s, reconnecting\. To give up/);
    notice.update(up, 'relay');
    expect(shown.slice(4)).toEqual(['gone']);
    await clock.advance(5000);
    expect(shown).toHaveLength(5);
    expect(said).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('stops counting when the program has left the whole screen', async () => {
    const { clock, said, shown, screen, notice } = setup();
    screen.full = true;
    notice.update({ state: 'doubtful' }, 'direct');
    screen.full = false;
    await clock.advance(5000);
    expect(shown).toHaveLength(1);
    notice.update(up, 'direct');
    expect(said).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('knows a program that fills the screen by the screen it asks for', () => {
    const modes = new ModeTracker();
    modes.feed(Buffer.from('\u001b[?1049h'));
    expect(modes.isFullScreen).toBe(true);
    modes.feed(Buffer.from('\u001b[?1049l\u001b[?1h\u001b[?2004h'));
    expect(modes.isFullScreen).toBe(false);
  });

  it.each([
    [true, ['[clawreach: connection lost', '[clawreach: connected again (via nas)]']],
    [false, []],
  ])('is told beside what the program says, to a person only: terminal %j', async (terminal, expected) => {
    const opened: { emit?: (peer: PeerView) => void; end?: () => void } = {};
    const host = createFakeHost(
      {
        'peers.get': async () => createPeer(),
        'terminal.open': async (_input, { connection }) => {
          const channel = connection.openChannel();
          opened.emit = (peer) => connection.emit('peers.changed', [createPeer({ peerId: '1'.repeat(56) }), peer]);
          opened.end = () => {
            channel.end();
            connection.emit('terminal.ended', { channel: channel.id, exitCode: 0, signal: null, code: null });
          };
          return { channel: channel.id, terminal: 't-1', path: VIA };
        },
      },
      { terminal, variables: { TERM: 'xterm' } },
    );
    const exit = runCommandLine(['connect', '-tt', 'office'], host);
    await settle(20);
    opened.emit?.(createPeer({ link: createLink({ state: 'reconnecting' }) }));
    await host.clock.advance(2500);
    opened.emit?.(createPeer({ path: 'via', link: createLink({ via: 'nas' }) }));
    await settle(10);
    opened.end?.();
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe('');
    expect(host.stderr.text.match(/\[clawreach: connect(?:ion lost|ed again [^\]]*\])/g) ?? []).toEqual(expected);
    expect(host.stderr.text).toContain('office: via a machine (encrypted, 31 ms RTT)');
    expect(host.clock.pending).toBe(0);
  });
});
