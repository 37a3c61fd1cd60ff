import { userInfo } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportRules, importRules, type IniParts } from '#agent/forwards/rules/index.ts';
import { forwardRule, type CallOutput, type ForwardRule, type ForwardView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const OFFICE = 'F'.repeat(56);
const NODE = 'G'.repeat(56);

/** The text of the source document, comment included. */
const DOCUMENTED = `# SSH-Tunnel Relay
[relay-node-3]
type = ssh-tunnel
gateway_host = 127.0.0.1
gateway_port = 18788
local_proxy_port = 1080
protocol = relay
`;

type Added = Readonly<{ rule: ForwardRule; password?: string | null | undefined }>;

let peers: { name: string; peerId: string }[];
let added: Added[];
let parts: IniParts;

beforeEach(() => {
  peers = [{ name: 'office', peerId: OFFICE }];
  added = [];
  parts = {
    forwards: {
      list: () => added.map(viewOf),
      view: (id) => {
        const found = added[Number(id)];
        if (found === undefined) throw new ClawReachError('forward.unknown', 'no such rule');
        return viewOf(found, Number(id));
      },
      hasName: (name) => added.some((known) => known.rule.name === name),
      check: (rules, replace) => {
        for (const { rule, password } of rules) {
          if ('user' in rule && rule.user !== null && !password)
            throw new ClawReachError('forward.no-password', 'none', { details: { user: rule.user } });
          if (replace !== true && added.some((known) => known.rule.name === rule.name))
            throw new ClawReachError('forward.name-taken', 'taken', { details: { name: rule.name } });
        }
      },
      addAll: async (rules) => {
        added.push(...rules);
        return rules.map(viewOf);
      },
      putAll: async (rules) => {
        added = [...added.filter((known) => !rules.some(({ rule }) => rule.name === known.rule.name)), ...rules];
        return rules.map(viewOf);
      },
    },
    peers: {
      list: () => peers,
      get: (peerId: string) => peers.find((peer) => peer.peerId === peerId),
      find: (reference: string) => {
        const found = peers.find(
          ({ name, peerId }) => name.toLowerCase() === reference.toLowerCase() || peerId === reference,
        );
        if (found === undefined)
          throw new ClawReachError('peer.unknown', 'none', { details: { name: reference, hint: '' } });
        return found;
      },
    } as unknown as IniParts['peers'],
  };
});

function viewOf({ rule, password }: Added, index: number): ForwardView {
  return { id: String(index), rule, hasPassword: typeof password === 'string' } as ForwardView;
}

const read = (text: string, peer?: string): Promise<CallOutput<'forwards.import'>> =>
  importRules(parts, { text, ...(peer === undefined ? {} : { peer }) });

async function rulesOf(text: string): Promise<readonly ForwardRule[]> {
  const { errors } = await read(text);
  expect(errors).toEqual([]);
  return added.map(({ rule }) => rule);
}

describe('the documented form', () => {
  it('is a proxy through the SSH server that it names, as whoever runs ClawReach', async () => {
    peers = [];
    expect(await rulesOf(DOCUMENTED)).toEqual([
      {
        kind: 'ssh-tunnel',
        name: 'relay-node-3',
        enabled: true,
        peer: null,
        server: { host: '127.0.0.1', port: 18_788, user: userInfo().username, login: { method: 'agent' } },
        direction: 'dynamic',
        listen: { host: '127.0.0.1', port: 1080 },
        to: null,
      },
    ]);
  });

  it.each([
    ['socks5', '', { kind: 'socks5', listen: { host: '127.0.0.1', port: 1080 }, user: null }],
    ['http-proxy', '', { kind: 'http-proxy', listen: { host: '127.0.0.1', port: 8080 }, user: null }],
    [
      'tcp-bridge',
      'gateway_host = localhost\ngateway_port = 5432\nlocal_proxy_port = 15432',
      { direction: 'local', to: { host: 'localhost', port: 5432 }, listen: { host: '127.0.0.1', port: 15_432 } },
    ],
    [
      'tcp-bridge',
      'gateway_host = localhost\ngateway_port = 3000\ndirection = remote\nlisten_port = 8080',
      { direction: 'remote', to: { host: 'localhost', port: 3000 }, listen: { host: '127.0.0.1', port: 8080 } },
    ],
    [
      'udp',
      'gateway_host = 10.0.0.1\ngateway_port = 53\nlocal_proxy_port = 5353',
      { kind: 'udp', to: { host: '10.0.0.1', port: 53 }, listen: { host: '127.0.0.1', port: 5353 } },
    ],
    [
      'wg-proxy',
      'gateway_host = 127.0.0.1\ngateway_port = 51820',
      { kind: 'wg-proxy', to: { host: '127.0.0.1', port: 51_820 }, listen: { host: '127.0.0.1', port: 51_820 } },
    ],
    [
      'ssh',
      'gateway_host = [2001:db8::1]\nssh_key_file = ~/.ssh/id\ntarget_host = localhost\ntarget_port = 80\nlocal_proxy_port = 0',
      {
        kind: 'ssh-tunnel',
        direction: 'local',
        server: { host: '2001:db8::1', port: 22, login: { method: 'key', file: '~/.ssh/id' } },
        to: { host: 'localhost', port: 80 },
      },
    ],
    ['auto', '', { kind: 'auto', server: null, listen: { host: '127.0.0.1', port: 1080 }, user: null }],
    [
      'auto',
      'user = team\npassword = secret\ngateway_host = gate\nssh_login = agent',
      { kind: 'auto', server: { host: 'gate', login: { method: 'agent' } }, user: 'team' },
    ],
    ['folder', 'folder = /srv/share', { kind: 'folder', path: '/srv/share' }],
    [
      'folder',
      'folder = /srv/share\nhost_names = files.example,  b.example',
      { kind: 'folder', path: '/srv/share', hosts: ['files.example', 'b.example'] },
    ],
  ])('reads type %s', async (type, lines, expected) => {
    expect(await rulesOf(`[a rule]\ntype=${type}\n${lines}\nprotocol = relay\n`)).toMatchObject([
      { name: 'a rule', enabled: true, ...expected },
    ]);
  });

  it('does not mind a byte order mark, line ends of any system, capital letters of keys, and comments', async () => {
    expect(
      await rulesOf('\uFEFF; mine\r\n[ proxy ]\r\nTYPE = SOCKS5\r# no\n\tenabled\t=\toff\t\nlocal_proxy_port=9999'),
    ).toMatchObject([{ name: 'proxy', kind: 'socks5', enabled: false, listen: { port: 9999 } }]);
  });
});

describe('the peer of a section', () => {
  beforeEach(() => {
    peers = [
      { name: 'office', peerId: OFFICE },
      { name: 'Node-3', peerId: NODE },
    ];
  });

  it.each([
    ['[x]\ntype = socks5\npeer = office', OFFICE],
    ['[relay-node-3]\ntype = socks5', NODE],
    ['[node-3]\ntype = socks5', NODE],
    ['[office]\ntype = socks5', OFFICE],
  ])('is named by its key, or by its heading: %j', async (text, peer) => {
    expect(await rulesOf(text)).toMatchObject([{ peer }]);
  });

  it('is what is said for the whole file, where the section says nothing', async () => {
    await read('[node-3]\ntype = socks5\n[y]\ntype = auto\npeer = Node-3', 'office');
    expect(added.map(({ rule }) => 'peer' in rule && rule.peer)).toEqual([OFFICE, NODE]);
  });

  it('must be said where there are two, and no beginning of an id in a heading says it [S-FWD-6]', async () => {
    const { errors } = await read('\n[FFFFFF]\ntype = socks5');
    expect(errors).toEqual([
      { line: 2, key: 'peer', code: 'ini.peer', message: expect.stringContaining('office, Node-3') },
    ]);
  });

  it('that does not exist is told with its line', async () => {
    const { errors } = await read('[x]\ntype = socks5\n\npeer = ofice');
    expect(errors).toMatchObject([{ line: 4, key: 'peer', code: 'peer.unknown' }]);
  });
});

describe('what is wrong', () => {
  it.each([
    ['[x\ntype = socks5', 1, null, 'ini.heading'],
    ['[]\ntype = socks5', 1, null, 'ini.heading'],
    ['type = socks5', 1, 'type', 'ini.outside'],
    ['[x]\ntype socks5', 2, null, 'ini.line'],
    ['[x]\n= socks5', 2, null, 'ini.line'],
    ['[x]\ntype = socks5\ntype = udp', 3, 'type', 'ini.key-twice'],
    ['[x]\ntype = socks5\n[X]\ntype = socks5', 3, null, 'ini.section-twice'],
    ['[x]\ntype = "socks5', 2, 'type', 'ini.quotes'],
    ['[x]\nlocal_proxy_port = 1', 1, 'type', 'ini.missing'],
    ['[x]\ntype = vpn', 2, 'type', 'ini.value'],
    ['[x]\ntype = socks5\nlocal_port = 1', 3, 'local_port', 'ini.key'],
    ['[x]\ntype = socks5\ngateway_host = a', 3, 'gateway_host', 'ini.key-other'],
    ['[x]\ntype = socks5\nlocal_proxy_port = 1080 ; mine', 3, 'local_proxy_port', 'ini.value'],
    ['[x]\ntype = socks5\nlocal_proxy_port = 65536', 3, 'local_proxy_port', 'ini.value'],
    ['[x]\ntype = socks5\nlocal_proxy_port =', 3, 'local_proxy_port', 'ini.value'],
    ['[x]\ntype = socks5\nprotocol = ftp', 3, 'protocol', 'ini.value'],
    ['[x]\ntype = socks5\nenabled = maybe', 3, 'enabled', 'ini.value'],
    ['[x]\ntype = socks5\nlisten_host = a b', 3, 'listen_host', 'ini.value'],
    ['[x]\ntype = socks5\npassword = secret', 3, 'password', 'ini.key-beside'],
    ['[x]\ntype = socks5\nuser = ada', 1, 'password', 'forward.no-password'],
    ['[x]\ntype = tcp-bridge\ngateway_port = 1\nlocal_proxy_port = 2', 1, 'gateway_host', 'ini.missing'],
    ['[x]\ntype = udp\ngateway_host = a\ngateway_port = 0\nlocal_proxy_port = 2', 4, 'gateway_port', 'ini.value'],
    [
      '[x]\ntype = tcp-bridge\ngateway_host = a\ngateway_port = 1\ndirection = remote\nlocal_proxy_port = 2\nlisten_port = 3',
      6,
      'local_proxy_port',
      'ini.key-beside',
    ],
    ['[x]\ntype = ssh\ngateway_host = a\ndirection = dynamic\ntarget_port = 1', 5, 'target_port', 'ini.key-beside'],
    ['[x]\ntype = ssh\ngateway_host = a\nssh_login = key', 1, 'ssh_key_file', 'ini.missing'],
    ['[x]\ntype = auto\nssh_user = ada', 3, 'ssh_user', 'ini.key-beside'],
    ['[x]\ntype = folder\nfolder = /a\nhost_names = a b/c', 4, 'host_names', 'ini.value'],
    ['[x]\ntype = folder', 1, 'folder', 'ini.missing'],
    [`[x]\ntype = folder\nfolder = /a\nhost_names = ${'a,'.repeat(16)}a`, 4, 'host_names', 'ini.value'],
    [`[${'x'.repeat(65)}]\ntype = socks5`, 1, null, 'ini.name'],
    ['\n; nothing\n', 1, null, 'ini.empty'],
  ])('in %j is told with line, key and cause', async (text, line, key, code) => {
    const { errors } = await read(text);
    expect(errors).toEqual([{ line, key, code, message: expect.stringMatching(/^[^{]+\.$/) }]);
    expect(added).toEqual([]);
  });

  it('in one section keeps all others from being added', async () => {
    const { errors } = await read('[a]\ntype = socks5\n[b]\ntype = nothing\n[c]\ntype = udp');
    expect(errors.map(({ line, key }) => [line, key])).toEqual([
      [4, 'type'],
      [5, 'local_proxy_port'],
      [5, 'gateway_host'],
      [5, 'gateway_port'],
    ]);
    expect(added).toEqual([]);
  });

  it('never shows a password [S-FWD-5]', async () => {
    const { errors } = await read(`[a]\ntype = socks5\nuser = ada\npassword = ${'secret'.repeat(60)}`);
    expect(errors).toMatchObject([{ line: 4, key: 'password', code: 'ini.value' }]);
    expect(JSON.stringify(errors)).not.toContain('secret');
  });

  it('is told at most a hundred times, and no more rules are read than a device keeps', async () => {
    expect((await read('nonsense\n'.repeat(5000))).errors).toHaveLength(100);
    const many = Array.from({ length: 257 }, (_, index) => `[rule ${index}]\ntype = socks5\n`).join('');
    expect((await read(many)).errors).toMatchObject([{ line: 513, code: 'ini.too-many' }]);
  });

  it('with a name that is taken is told at its heading', async () => {
    await read('[a]\ntype = socks5');
    expect((await read('\n\n[a]\ntype = auto')).errors).toMatchObject([{ line: 3, code: 'forward.name-taken' }]);
  });
});

it('a file may be checked without adding anything', async () => {
  expect(await importRules(parts, { text: DOCUMENTED, dryRun: true })).toMatchObject({
    rules: [{ line: 2, rule: { kind: 'ssh-tunnel', name: 'relay-node-3' }, peerName: null, replaces: false }],
    added: [],
    errors: [],
  });
  expect(added).toEqual([]);
});

it('a rule of the same name makes room where that is wanted, and what could be read is told beside what is wrong', async () => {
  const text = '[browse]\ntype = socks5\nlocal_proxy_port = 1080';
  await importRules(parts, { text });
  const refused = await importRules(parts, { text });
  expect(refused).toMatchObject({
    rules: [{ line: 1, peerName: 'office', replaces: true }],
    added: [],
    errors: [{ line: 1, code: 'forward.name-taken' }],
  });
  const other = `${text.replace('1080', '1081')}\n[more]\ntype = socks5`;
  expect(await importRules(parts, { text: other, dryRun: true, replace: true })).toMatchObject({
    rules: [{ replaces: true }, { replaces: false }],
    errors: [],
  });
  expect(await importRules(parts, { text: `${other}\nport = 1`, replace: true })).toMatchObject({
    rules: [{ rule: { name: 'browse' } }],
    added: [],
    errors: [{ line: 6, key: 'port' }],
  });
  expect(added.map(({ rule }) => rule.listen.port)).toEqual([1080]);
  await importRules(parts, { text: other, replace: true });
  expect(added.map(({ rule }) => [rule.name, rule.listen.port])).toEqual([
    ['browse', 1081],
    ['more', 1080],
  ]);
});

const SERVER = { host: 'gate.example', port: 2222, user: 'ada' } as const;
const PLACE = { host: '127.0.0.1', port: 0 } as const;
const TO = { host: '::1', port: 443 } as const;
const ALL: readonly ForwardRule[] = [
  { kind: 'socks5', name: 'a', enabled: true, peer: OFFICE, listen: PLACE, user: null },
  { kind: 'http-proxy', name: '[b] ; c', enabled: false, peer: OFFICE, listen: PLACE, user: null },
  { kind: 'tcp-bridge', name: 'd', enabled: true, peer: OFFICE, direction: 'local', listen: PLACE, to: TO },
  { kind: 'tcp-bridge', name: '"e"', enabled: true, peer: OFFICE, direction: 'remote', listen: PLACE, to: TO },
  { kind: 'udp', name: 'f=g', enabled: true, peer: OFFICE, listen: { host: '0.0.0.0', port: 53 }, to: TO },
  { kind: 'wg-proxy', name: '# h', enabled: true, peer: OFFICE, listen: PLACE, to: TO },
  ...(['agent', 'password'] as const).map((method): ForwardRule => ({
    kind: 'ssh-tunnel',
    name: method,
    enabled: true,
    peer: null,
    server: { ...SERVER, login: { method } },
    direction: 'dynamic',
    listen: PLACE,
    to: null,
  })),
  ...(['local', 'remote'] as const).map((direction): ForwardRule => ({
    kind: 'ssh-tunnel',
    name: direction,
    enabled: true,
    peer: OFFICE,
    server: { ...SERVER, login: { method: 'key', file: '/home/ada/ my "key"\n' } },
    direction,
    listen: PLACE,
    to: TO,
  })),
  { kind: 'auto', name: '自动', enabled: true, peer: OFFICE, listen: PLACE, server: null, user: null },
  {
    kind: 'auto',
    name: 'auto',
    enabled: true,
    peer: OFFICE,
    listen: PLACE,
    server: { ...SERVER, login: { method: 'agent' } },
    user: null,
  },
  { kind: 'folder', name: 'share', enabled: true, listen: PLACE, path: ' "\\\r\n# ' },
  { kind: 'folder', name: 'there', enabled: true, peer: OFFICE, listen: PLACE, path: '/srv' },
  { kind: 'folder', name: 'named', enabled: true, listen: PLACE, path: '/srv', hosts: ['files.example', 'nas'] },
];

describe('rules that are written', () => {
  it('are the same rules when they are read again', async () => {
    for (const rule of ALL) expect(forwardRule.parse(rule)).toEqual(rule);
    added = ALL.map((rule) => ({ rule }));
    const { text } = exportRules(parts, {});
    expect(text).toContain('# peer: office\n');
    added = [];
    peers.push({ name: 'other', peerId: NODE });
    expect(await rulesOf(text)).toEqual(ALL);
  });

  it('carry no password, and say so [S-FWD-5]', () => {
    added = [
      {
        rule: { kind: 'socks5', name: 'a', enabled: true, peer: OFFICE, listen: PLACE, user: 'ada' },
        password: 'hush-hush',
      },
    ];
    const { text } = exportRules(parts, {});
    expect(text).toContain('user = ada');
    expect(text).toContain('# its password is not written here');
    expect(text).not.toContain('hush');
  });

  it('may be some of them, and a peer’s name cannot begin a line [S-FWD-5]', () => {
    added = ALL.map((rule) => ({ rule }));
    peers = [{ name: 'evil\n[x]\r', peerId: OFFICE }];
    const { text } = exportRules(parts, { ids: ['0'] });
    expect(text.split('\n')[0]).toBe('# peer: evil [x] ');
    expect(text.match(/^\[/gm)).toHaveLength(1);
    expect(() => exportRules(parts, { ids: ['99'] })).toThrow(ClawReachError);
  });
});
