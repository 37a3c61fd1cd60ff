import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, GatewayProbe, GatewayView } from '#shared/app-api/index.ts';
import { createFakeHost, typeAnswer } from '#test/support/cli-host.ts';

const FIRST = '0f'.repeat(32);
const SECOND = '3a'.repeat(32);
const ROLE: GatewayView['operator'] = {
  state: 'off',
  since: 0,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: 'd'.repeat(64),
  scopes: [],
};

const REACHABLE: GatewayProbe = {
  reachable: true,
  problem: null,
  fingerprint: FIRST,
  trusted: false,
  subject: null,
  validUntil: null,
};

function gateway(change: Partial<GatewayView> = {}, name = 'home'): GatewayView {
  return {
    id: 'abcdefgh12345678',
    settings: {
      name,
      endpoint: { host: '10.0.0.4', port: 18_789, tls: true, path: '/' },
      fingerprint: null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'laptop', capabilities: [] },
    },
    hasToken: true,
    hasPassword: false,
    operator: { ...ROLE, state: 'connected' },
    node: ROLE,
    surface: { state: 'none', requestId: null, commands: [], waiting: [] },
    certificate: null,
    server: { version: '2026.9.6', startedAt: null, restarting: false },
    otherNode: null,
    pendingRequests: 0,
    ...change,
  };
}

function undecided(before: string | null = null): GatewayView {
  const code = before === null ? 'gateway.fingerprint-unknown' : 'gateway.fingerprint-changed';
  const fingerprint = before === null ? FIRST : SECOND;
  return gateway({
    operator: {
      ...ROLE,
      state: 'stopped',
      problem: { code, details: { fingerprint, ...(before === null ? {} : { before }) }, at: 0 },
    },
    certificate: { fingerprint, before, trusted: false },
  });
}

type Options = Readonly<{
  terminal?: boolean;
  typed?: string;
  variables?: Record<string, string>;
  files?: Readonly<Record<string, string>>;
}>;

async function run(line: string, view: GatewayView | undefined, handlers: Partial<AppHandlers>, options: Options = {}) {
  let now = view;
  const host = createFakeHost(
    {
      'gateways.list': async () => (now === undefined ? [] : [now]),
      'gateways.probe': async () => REACHABLE,
      'gateways.add': async ({ settings }) => {
        now ??= gateway({ settings });
        return { ...now, settings };
      },
      'gateways.trust': async () => {
        now = gateway();
        return now;
      },
      ...handlers,
    },
    { terminal: options.terminal === true, ...(options.variables ? { variables: options.variables } : {}) },
  );
  for (const [path, text] of Object.entries(options.files ?? {})) host.texts.set(path, text);
  if (/^[yn]\n$/.test(options.typed ?? '')) void typeAnswer(host, options.typed ?? '');
  else if (line === 'gateway trust') void typeAnswer(host, options.typed ?? '', 'To trust the');
  else if (options.typed !== undefined) host.stdin.end(options.typed);
  const over = new AbortController();
  const work = runCommandLine(line.split(' '), host).finally(() => over.abort());
  while (!over.signal.aborted) await host.clock.advance(150);
  const exit = await work;
  const called = (name: string): unknown[] => host.calls.filter(({ call }) => call === name).map(({ input }) => input);
  return { exit, called, stdout: host.stdout.text, stderr: host.stderr.text, modes: host.stdin.modes };
}

/** A terminal shows nothing of what is typed while it is in raw mode; it has its own mode back afterwards. */
const UNSEEN = [true, false];

describe('gateway add', () => {
  it('takes the token from the input, a file or the environment, and shows how it went', async () => {
    const given: readonly Options[] = [
      { typed: 'secret-token\n' },
      { files: { 'token.txt': 'secret-token\n' } },
      { variables: { CLAWREACH_GATEWAY_TOKEN: 'secret-token' } },
    ];
    for (const [at, flag] of [' --token-stdin', ' --token-file token.txt', ''].entries()) {
      const { exit, called, stdout, stderr } = await run(
        `gateway add wss://10.0.0.4:18789 --name home --read-only${flag}`,
        undefined,
        {},
        given[at],
      );
      expect([exit, stderr]).toEqual([0, '']);
      expect(called('gateways.add')).toMatchObject([
        {
          token: 'secret-token',
          settings: { name: 'home', fingerprint: null, operator: { enabled: true, access: 'read-only' } },
        },
      ]);
      expect(stdout).toContain('connected');
      expect(stdout).not.toContain('secret-token');
    }
  });

  it('asks for it on a terminal without showing it, and never takes it from the command line [S-GW-10]', async () => {
    const { exit, called, stderr, modes } = await run(
      'gateway add 10.0.0.4',
      undefined,
      {},
      { terminal: true, typed: 'hidden\r' },
    );
    expect([exit, modes]).toEqual([0, UNSEEN]);
    expect(called('gateways.add')).toMatchObject([{ token: 'hidden' }]);
    expect(stderr).not.toContain('hidden');
    const refused = await run('gateway add 10.0.0.4 --token hidden', undefined, {});
    expect([refused.exit, refused.called('gateways.add')]).toEqual([2, []]);
  });

  it('takes a password in the place of the token: asked without showing it, or from where it is kept', async () => {
    const asked = await run('gateway add 10.0.0.4 --password', undefined, {}, { terminal: true, typed: 'pass word\r' });
    expect([asked.exit, asked.modes]).toEqual([0, UNSEEN]);
    expect(asked.called('gateways.add')).toMatchObject([{ token: null, password: 'pass word' }]);
    expect(asked.stderr).toContain('Password of the gateway at 10.0.0.4:');
    expect(asked.stderr + asked.stdout).not.toContain('pass word');
    const given: readonly (readonly [flag: string, options: Options])[] = [
      ['--password-stdin', { typed: 'pass word\n' }],
      ['--password-file p.txt', { files: { 'p.txt': 'pass word\r\n' } }],
      ['--password', { variables: { CLAWREACH_GATEWAY_PASSWORD: 'pass word' } }],
    ];
    for (const [flag, options] of given) {
      const { exit, called, stdout, stderr } = await run(`gateway add 10.0.0.4 ${flag}`, undefined, {}, options);
      expect([exit, stderr]).toEqual([0, '']);
      expect(called('gateways.add')).toMatchObject([{ token: null, password: 'pass word' }]);
      expect(stdout).not.toContain('pass word');
    }
  });

  it('takes no password from the command line, no empty one, and not both [S-GW-10]', async () => {
    const refused: readonly (readonly [line: string, options: Options])[] = [
      ['gateway add 10.0.0.4 --password=hidden', {}],
      ['gateway add 10.0.0.4 --password hidden', {}],
      ['gateway add 10.0.0.4 --password', {}],
      ['gateway add 10.0.0.4 --password', { terminal: true, typed: '\r' }],
      ['gateway add 10.0.0.4 --password-stdin', { typed: '\n' }],
      ['gateway add 10.0.0.4 --password --token-file t', { files: { t: 'token' } }],
      ['gateway add - --password-stdin', { typed: 'x' }],
    ];
    for (const [line, options] of refused) {
      const { exit, called } = await run(line, undefined, {}, options);
      expect([line, exit, called('gateways.add')]).toEqual([line, 2, []]);
    }
  });

  it('without a token and a terminal adds nothing, and says how it is given', async () => {
    const { exit, called, stderr } = await run('gateway add 10.0.0.4', undefined, {});
    expect([exit, called('gateways.add')]).toEqual([2, []]);
    expect(stderr).toContain('CLAWREACH_GATEWAY_TOKEN');
  });

  it('takes no setup code or link from the command line of a terminal, and warns elsewhere', async () => {
    const code = Buffer.from(
      JSON.stringify({ url: 'wss://10.0.0.4:18789', bootstrapToken: 'boot', expiresAtMs: 1_900_000_000_000 }),
    ).toString('base64url');
    const refused = await run(`gateway add oc-pair://${code}`, undefined, {}, { terminal: true });
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toMatch(/\[usage\.secret-argument\][^]*clawreach gateway add -/);
    expect(refused.stderr + refused.stdout).not.toContain(code);
    expect(refused.called('gateways.read')).toEqual([]);
    const script = await run(`gateway add oc-pair://${code}`, undefined, {});
    expect(script.stderr).toMatch(/^Warning: other users of this machine can read the code/);
    // An address is no secret.
    const address = await run('gateway add 10.0.0.4', undefined, {}, { variables: { CLAWREACH_GATEWAY_TOKEN: 't' } });
    expect(address.stderr).not.toContain('Warning');
  });

  it('saves nothing where the gateway shows another certificate than the one that is named', async () => {
    const variables = { CLAWREACH_GATEWAY_TOKEN: 'secret-token' };
    const wrong = await run(`gateway add 10.0.0.4 --fingerprint ${SECOND}`, undefined, {}, { variables });
    expect(wrong.stderr).toContain('[usage.gateway-fingerprint]');
    expect(wrong.exit).toBe(7);
    expect(wrong.called('gateways.add')).toEqual([]);
    const right = await run(`gateway add 10.0.0.4 --fingerprint ${FIRST}`, undefined, {}, { variables });
    expect(right.called('gateways.add')).toMatchObject([{ settings: { fingerprint: FIRST } }]);
  });

  it('with a setup code becomes a node, and needs no token', async () => {
    const code = Buffer.from(
      JSON.stringify({ url: 'wss://10.0.0.4:18789', bootstrapToken: 'boot', expiresAtMs: 1_900_000_000_000 }),
    ).toString('base64url');
    const { exit, called } = await run(
      'gateway add -',
      undefined,
      {
        'gateways.read': async () => ({
          draft: 'draft-1',
          endpoint: { host: '10.0.0.4', port: 18_789, tls: true, path: '/' },
          places: [{ host: '10.0.0.4', tls: true }],
          fingerprint: FIRST,
          name: null,
          nodeName: null,
          hasToken: false,
          setupExpiresAt: 1_900_000_000_000,
          role: 'node',
        }),
      },
      { typed: `oc-pair://${code}\n` },
    );
    expect(exit).toBe(0);
    expect(called('gateways.add')).toMatchObject([
      { draft: 'draft-1', settings: { fingerprint: FIRST, node: { enabled: true }, operator: { enabled: false } } },
    ]);
  });
});

describe('a gateway without TLS in the network', () => {
  const LINE = 'gateway add http://192.168.1.20:18789';
  const TOKEN = { CLAWREACH_GATEWAY_TOKEN: 'secret-token' };

  it('is asked about on a terminal, before the token [S-GW-5]', async () => {
    const no = await run(LINE, undefined, {}, { terminal: true, typed: 'n\n', variables: TOKEN });
    expect([no.exit, no.called('gateways.add'), no.called('gateways.probe')]).toEqual([2, [], []]);
    expect(no.stderr.replaceAll(/\s+/g, ' ')).toContain('can read the token and everything you do there');
    const yes = await run(LINE, undefined, {}, { terminal: true, typed: 'y\n', variables: TOKEN });
    expect([yes.exit, yes.called('gateways.add')]).toMatchObject([0, [{ token: 'secret-token', acceptPlain: true }]]);
  });

  it('needs --insecure where nobody can be asked [S-GW-5]', async () => {
    const silent = await run(LINE, undefined, {}, { variables: TOKEN });
    expect([silent.exit, silent.called('gateways.add')]).toEqual([2, []]);
    expect(silent.stderr).toContain('--insecure');
    const given = await run(`${LINE} --insecure`, undefined, {}, { variables: TOKEN });
    expect([given.exit, given.called('gateways.add')]).toMatchObject([0, [{ acceptPlain: true }]]);
    const local = await run('gateway add http://127.0.0.1:18789', undefined, {}, { variables: TOKEN });
    expect([local.exit, local.called('gateways.add')]).toMatchObject([0, [{ token: 'secret-token' }]]);
  });

  it('is asked about where an address is changed to one', async () => {
    const change = 'gateway change home --address ws://192.168.1.20:18789';
    const update: Partial<AppHandlers> = { 'gateways.update': async () => gateway() };
    expect((await run(change, gateway(), update)).called('gateways.update')).toEqual([]);
    const given = await run(`${change} --insecure`, gateway(), update);
    expect(given.called('gateways.update')).toMatchObject([{ acceptPlain: true }]);
  });
});

describe('a gateway that does not answer', () => {
  const AWAY: Partial<AppHandlers> = {
    'gateways.probe': async () => ({
      ...REACHABLE,
      reachable: false,
      problem: { code: 'gateway.refused', details: {}, at: 0 },
    }),
  };
  const TOKEN = { CLAWREACH_GATEWAY_TOKEN: 'secret-token' };

  it('is not saved, unless it is to be', async () => {
    const typed = await run('gateway add 10.0.0.4:1', undefined, AWAY, { variables: TOKEN });
    expect([typed.exit, typed.called('gateways.add')]).toEqual([4, []]);
    expect(typed.stderr).toContain('Nothing was saved.');
    expect(typed.stderr).not.toContain('Retrying automatically');
    const forced = await run('gateway add 10.0.0.4:1 --force', undefined, AWAY, { variables: TOKEN });
    expect(forced.called('gateways.add')).toHaveLength(1);
  });

  it('takes its port into its name where another gateway has the name of the host', async () => {
    const { called } = await run('gateway add 10.0.0.4:4000', gateway({}, '10.0.0.4'), {}, { variables: TOKEN });
    expect(called('gateways.add')).toMatchObject([{ settings: { name: '10.0.0.4:4000' } }]);
  });
});

describe('gateway import', () => {
  const file = (role: 'node' | 'operator', nodeName: string | null): Partial<AppHandlers> => ({
    'gateways.read': async () => ({
      draft: 'draft-1',
      endpoint: { host: '10.0.0.4', port: 18_789, tls: true, path: '/' },
      places: [{ host: '10.0.0.4', tls: true }],
      fingerprint: null,
      name: null,
      nodeName,
      hasToken: false,
      setupExpiresAt: null,
      role,
    }),
  });
  const given: Options = {
    files: { 'node.json': '{"gateway":{"host":"10.0.0.4","tls":true},"displayName":"Workbench"}' },
    variables: { CLAWREACH_GATEWAY_TOKEN: 'secret-token' },
  };

  it('of a node.json makes a node with its name, and asks for no rights of an operator', async () => {
    const { exit, called } = await run('gateway import node.json', undefined, file('node', 'Workbench'), given);
    expect([exit, called('gateways.add')]).toMatchObject([
      0,
      [{ settings: { operator: { enabled: false }, node: { enabled: true, name: 'Workbench' } } }],
    ]);
    const both = await run('gateway import node.json --operator', undefined, file('node', 'Workbench'), given);
    expect(both.called('gateways.add')).toMatchObject([
      { settings: { operator: { enabled: true }, node: { enabled: true } } },
    ]);
  });

  it.each([
    ['the name of a machine', 'workbench\n'],
    ['an address', 'wss://10.0.0.4:18789'],
    ['a join link', `https://gateway.example/j/${'x'.repeat(22)}`],
  ])('of %s is refused, and nothing is dialed', async (_what, text) => {
    const { exit, called, stderr } = await run('gateway import node.json', undefined, file('node', null), {
      ...given,
      files: { 'node.json': text },
    });
    expect([exit, called('gateways.probe'), called('gateways.add')]).toEqual([2, [], []]);
    expect(stderr).toContain('[usage.file]');
  });

  it('of the settings of an operator makes an operator', async () => {
    const { called } = await run('gateway import node.json', undefined, file('operator', null), given);
    expect(called('gateways.add')).toMatchObject([
      { settings: { operator: { enabled: true }, node: { enabled: false } } },
    ]);
  });
});

describe('the certificate of a gateway', () => {
  it('without a terminal is left undecided, with a code of its own and what to do [S-GW-10]', async () => {
    const { exit, called, stderr } = await run(
      'gateway add 10.0.0.4',
      undecided(),
      {},
      {
        variables: { CLAWREACH_GATEWAY_TOKEN: 't' },
      },
    );
    expect([exit, called('gateways.trust')]).toEqual([8, []]);
    expect(stderr).toContain(`clawreach gateway trust home --fingerprint ${FIRST}`);
    const trust = await run('gateway trust home', undecided(), {});
    expect([trust.exit, trust.called('gateways.trust')]).toEqual([8, []]);
  });

  it('on a terminal is shown in full, with what prints it there, and trusted only after a yes', async () => {
    const no = await run('gateway trust', undecided(), {}, { terminal: true, typed: 'n\n' });
    expect([no.exit, no.called('gateways.trust')]).toEqual([8, []]);
    const yes = await run('gateway trust --once', undecided(), {}, { terminal: true, typed: 'y\n' });
    expect(yes.exit).toBe(0);
    expect(yes.called('gateways.trust')).toEqual([{ gateway: 'abcdefgh12345678', fingerprint: FIRST, how: 'once' }]);
    expect(yes.stderr).toContain('0F:0F:0F:0F:0F:0F:0F:0F');
    expect(yes.stderr).toContain('openssl x509');
  });

  it('that has changed needs the last four digits, or the whole fingerprint [S-GW-10]', async () => {
    const typed = await run('gateway trust', undecided(FIRST), {}, { terminal: true, typed: '3A3A\n' });
    expect(typed.called('gateways.trust')).toMatchObject([{ fingerprint: SECOND, confirm: '3a3a' }]);
    expect(typed.stderr).toMatch(/before {2}0F:0F[\s\S]*now {5}3A:3A/);
    const given = await run(`gateway trust --fingerprint ${SECOND.toUpperCase()}`, undecided(FIRST), {});
    expect(given.called('gateways.trust')).toMatchObject([{ fingerprint: SECOND, confirm: '3a3a' }]);
    const left = await run('gateway trust', undecided(FIRST), {}, { terminal: true, typed: '\n' });
    expect([left.exit, left.called('gateways.trust')]).toEqual([7, []]);
  });

  it('that is not the one that was named is never trusted [S-GW-10]', async () => {
    const { exit, called } = await run(`gateway trust --fingerprint ${SECOND}`, undecided(), {});
    expect([exit, called('gateways.trust')]).toEqual([7, []]);
    const wrong = await run('gateway trust --fingerprint 12:34', undecided(), {});
    expect([wrong.exit, wrong.called('gateways.trust')]).toEqual([2, []]);
  });
});

describe('gateways', () => {
  it('are chosen by name; the only one where none is named; never one of several', async () => {
    const two = {
      'gateways.list': async () => [gateway(), { ...gateway({}, 'office'), id: 'office0123456789' }],
    };
    const list = await run('gateway list', undefined, two);
    expect(list.stdout).toMatch(/home[\s\S]*office/);
    expect((await run('gateway status', undefined, two)).exit).toBe(2);
    expect((await run('gateway status off', undefined, two)).stdout).toContain('office');
    expect((await run('gateway status nowhere', undefined, two)).exit).toBe(4);
    // What stands before the command below is meant, too.
    const devices = await run('devices --gateway office list', undefined, {
      ...two,
      'requests.list': async () => ({ waiting: [], decided: [] }),
      'devices.list': async () => [],
    });
    expect(devices.called('devices.list')).toEqual([{ gateway: 'office0123456789' }]);
    expect((await run('devices list', undefined, {})).stderr).toContain('[usage.no-gateway]');
  });

  it('say why they are not connected, and what to do', async () => {
    const pairing = gateway({ operator: { ...ROLE, state: 'pairing', requestId: 'req-1' } });
    const { exit, stdout } = await run('gateway connect', pairing, { 'gateways.connect': async () => pairing });
    expect(exit).toBe(0);
    expect(stdout).toContain('openclaw devices approve req-1');
    const stopped = gateway({
      operator: { ...ROLE, state: 'stopped', problem: { code: 'gateway.token-wrong', details: {}, at: 0 } },
    });
    const wrong = await run('gateway connect', stopped, { 'gateways.connect': async () => stopped });
    expect(wrong.exit).toBe(7);
    expect(wrong.stderr).toContain('`clawreach gateway connect home` asks for a new token');
  });

  it('take another token or password in the place of the one that was refused', async () => {
    for (const [kind, code] of [
      ['token', 'gateway.token-wrong'],
      ['password', 'gateway.password-wrong'],
    ] as const) {
      const stopped = gateway({ operator: { ...ROLE, state: 'stopped', problem: { code, details: {}, at: 0 } } });
      const handlers: Partial<AppHandlers> = {
        'gateways.update': async () => gateway(),
        'gateways.connect': async () => gateway(),
      };
      const { called, stderr } = await run('gateway connect', stopped, handlers, {
        terminal: true,
        typed: 'new-one\r',
      });
      expect(called('gateways.update')).toMatchObject([{ token: null, password: null, [kind]: 'new-one' }]);
      expect(stderr).not.toContain('new-one');
    }
  });

  it('are changed by what is given, and by nothing else', async () => {
    const handlers: Partial<AppHandlers> = { 'gateways.update': async ({ settings }) => gateway({ settings }) };
    const moved = await run(
      'gateway change home --address wss://10.0.0.4:18790 --access read-only',
      gateway(),
      handlers,
    );
    expect(moved.exit).toBe(0);
    expect(moved.called('gateways.update')).toEqual([
      {
        gateway: gateway().id,
        settings: {
          ...gateway().settings,
          endpoint: { host: '10.0.0.4', port: 18_790, tls: true, path: '/' },
          operator: { enabled: true, access: 'read-only' },
        },
      },
    ]);
    const named = await run('gateway change home --name cellar', gateway(), handlers);
    expect(named.called('gateways.update')).toMatchObject([{ settings: { ...gateway().settings, name: 'cellar' } }]);
    for (const line of ['', ' --name=', ' --access some', ' --address 10.0.0.4:99999', ' --fingerprint 12:34']) {
      const wrong = await run(`gateway change home${line}`, gateway(), handlers);
      expect([line, wrong.exit, wrong.called('gateways.update')]).toEqual([line, 2, []]);
    }
  });

  it('that are not reached are kept, and what to do is said', async () => {
    const waiting = gateway({
      operator: {
        ...ROLE,
        state: 'waiting',
        problem: { code: 'gateway.refused', details: { host: 'h', port: 1 }, at: 0 },
      },
    });
    const { exit, stdout, stderr } = await run(
      'gateway add 10.0.0.4:1',
      waiting,
      {},
      {
        variables: { CLAWREACH_GATEWAY_TOKEN: 't' },
      },
    );
    expect(exit).toBe(4);
    expect(stdout).toContain('Certificate  unknown');
    expect(stdout).toContain('Gateway      OpenClaw 2026.9.6');
    expect(stderr).toContain('`clawreach gateway change home --address …`');
    expect(stderr).toContain('To remove the gateway: `clawreach gateway remove home`');
  });

  it('are told in all their parts, also where there is nothing to tell', async () => {
    const away = gateway({ server: null, operator: { ...ROLE, state: 'connecting' } });
    expect((await run('gateway status home', away, {})).stdout).toContain(
      'Gateway      status known only while connected',
    );
    const idle = gateway({ node: { ...ROLE, state: 'connected' } });
    const { stdout } = await run('gateway status home', idle, {});
    expect(stdout).toMatch(/Node +connected/);
    expect(stdout).toContain('Commands     none offered');
  });

  it('are forgotten after a yes, or with --yes', async () => {
    const handlers = { 'gateways.remove': async () => ({}) };
    const no = await run('gateway remove home', gateway(), handlers, { terminal: true, typed: 'n\n' });
    expect([no.exit, no.called('gateways.remove')]).toEqual([1, []]);
    const piped = await run('gateway remove home', gateway(), handlers);
    expect([piped.exit, piped.called('gateways.remove')]).toEqual([2, []]);
    expect((await run('gateway remove home --yes', gateway(), handlers)).exit).toBe(0);
  });
});
