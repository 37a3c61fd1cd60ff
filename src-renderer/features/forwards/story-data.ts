import type { ForwardRule, ForwardView, OpenPort } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_PEER_ID, examplePeerId } from '../../stories/examples/index.ts';
import type { StoryAnswers } from '../../stories/index.ts';
import { useApp } from '../../store/index.ts';
import { exampleConnection, exampleForward } from './example-forwards.ts';

/** Peer ID of a second machine. */

const ATTIC = examplePeerId(7);
/** Time of the stories of forwards, ms since 1970. */
export const FORWARDS_NOW = Date.now();
/** Fingerprint of the SSH server's key. */
export const HOST_KEY = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8';
/** Fingerprint of the key that the SSH server had before. */
export const FORMER_KEY = 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM';

/** SOCKS5 proxy with traffic. */
export const BROWSE = exampleForward({
  connections: 3,
  total: 218,
  bytesIn: 48_300_000,
  bytesOut: 2_140_000,
  rateIn: 1_260_000,
  rateOut: 34_000,
});
const DATABASE_RULE: ForwardRule = {
  kind: 'tcp-bridge',
  name: 'Orders database',
  enabled: true,
  peer: EXAMPLE_PEER_ID,
  direction: 'local',
  listen: { host: '127.0.0.1', port: 5432 },
  to: { host: 'db.office.lan', port: 5432 },
};
/** Port here that leads to a database behind a peer. */
export const DATABASE = exampleForward(
  { id: 'f2', address: '127.0.0.1:5432', url: null, total: 2, bytesIn: 91_000, bytesOut: 12_000 },
  DATABASE_RULE,
);
/** Port here that leads to another one, whose last connection needed no question. */
export const REPORTS = exampleForward(
  { id: 'f10', address: '127.0.0.1:5433', url: null, asks: 'no' },
  {
    ...DATABASE_RULE,
    name: 'Reports',
    listen: { host: '127.0.0.1', port: 5433 },
    to: { host: 'reports.office.lan', port: 5432 },
  },
);
/** Web app behind a peer, which opens under a host of its own. */
export const WEB_APP = exampleForward(
  { id: 'f9', address: '127.0.0.1:8125', url: null, connections: 1, rateIn: 4200 },
  {
    ...DATABASE_RULE,
    name: 'Web app on build-server',
    listen: { host: '127.0.0.1', port: 8125 },
    to: { host: 'localhost', port: 8125 },
  },
);
/** Folder of this machine that browsers of a peer open. */
export const SHARED_FOLDER = exampleForward(
  { id: 'f11', address: '127.0.0.1:8000', url: null },
  {
    kind: 'folder',
    name: 'photos for office',
    enabled: true,
    peer: EXAMPLE_PEER_ID,
    listen: { host: '127.0.0.1', port: 8000 },
    path: '/home/mira/photos',
  },
);
/** Port on a peer, open to its network, that leads here. */
export const PREVIEW = exampleForward(
  { id: 'f3', address: '0.0.0.0:8080', url: null, open: true, connections: 1, bytesIn: 640, bytesOut: 18_000 },
  {
    kind: 'tcp-bridge',
    name: 'Preview for everybody in the office',
    enabled: true,
    peer: EXAMPLE_PEER_ID,
    direction: 'remote',
    listen: { host: '0.0.0.0', port: 8080 },
    to: { host: 'localhost', port: 5173 },
  },
);
/** WireGuard proxy that waits for its peer. */
export const WIREGUARD = exampleForward(
  {
    id: 'f4',
    peerName: 'attic-nas',
    state: 'waiting',
    address: '127.0.0.1:51820',
    url: null,
    problem: { code: 'forward.linking', details: { peer: 'attic-nas' }, at: FORWARDS_NOW - 40_000 },
  },
  {
    kind: 'wg-proxy',
    name: 'WireGuard',
    enabled: true,
    peer: ATTIC,
    listen: { host: '127.0.0.1', port: 51_820 },
    to: { host: 'localhost', port: 51_820 },
  },
);
/** Forward that is turned off. */
export const FORWARD_OFF = exampleForward(
  { id: 'f5', state: 'off', address: null, url: null },
  {
    kind: 'http-proxy',
    name: 'Proxy for updates',
    enabled: false,
    peer: EXAMPLE_PEER_ID,
    listen: { host: '127.0.0.1', port: 8080 },
    user: 'updates',
  },
);
/** Forward whose port another program uses. */
export const IN_USE = exampleForward({
  id: 'f6',
  state: 'failed',
  address: null,
  url: null,
  problem: {
    code: 'forward.port-in-use',
    details: { port: 1080, free: 1081, owner: 'sshd', message: 'port 1080 is in use by sshd' },
    at: FORWARDS_NOW - 5000,
  },
});
/** Forward that waits for approval on the peer. */
export const ASKING = exampleForward({
  id: 'f7',
  state: 'waiting',
  connections: 1,
  problem: { code: 'forward.asking', details: { peer: 'office' }, at: FORWARDS_NOW - 5000 },
});
/** Forward whose last connection the target has refused. */
export const REFUSED = exampleForward({
  id: 'f8',
  bytesIn: 9000,
  problem: { code: 'forward.refused', details: { peer: 'office', message: 'refused' }, at: FORWARDS_NOW - 125_000 },
});
const SSH_RULE: ForwardRule = {
  kind: 'ssh-tunnel',
  name: 'Through the jump host',
  enabled: true,
  peer: null,
  server: { host: 'jump.example.net', port: 22, user: 'mira', login: { method: 'key', file: '~/.ssh/id_ed25519' } },
  direction: 'dynamic',
  listen: { host: '127.0.0.1', port: 1090 },
  to: null,
};
/** Returns an SSH tunnel in this status. */
const ssh = (given: Partial<Omit<ForwardView, 'rule'>>): ForwardView =>
  exampleForward(
    { id: 'f9', peerName: null, address: '127.0.0.1:1090', url: 'socks5h://127.0.0.1:1090', ...given },
    SSH_RULE,
  );
/** SSH tunnel that waits for a decision about an unknown key. */
export const FIRST_KEY = ssh({
  state: 'waiting',
  problem: { code: 'ssh.host-key-unknown', details: { fingerprint: HOST_KEY }, at: FORWARDS_NOW },
  hostKey: { fingerprint: HOST_KEY, before: null },
});
/** SSH tunnel whose server shows another key than the trusted one. */
export const CHANGED_KEY = ssh({
  state: 'failed',
  problem: { code: 'ssh.host-key-changed', details: { fingerprint: HOST_KEY, before: FORMER_KEY }, at: FORWARDS_NOW },
  hostKey: { fingerprint: HOST_KEY, before: FORMER_KEY },
});
/** Returns an automatic forward with these upstreams. */
export const auto = (ways: ForwardView['auto']): ForwardView =>
  exampleForward(
    { id: 'f10', auto: ways },
    {
      kind: 'auto',
      name: 'Whatever works',
      enabled: true,
      peer: EXAMPLE_PEER_ID,
      listen: { host: '127.0.0.1', port: 1080 },
      server: SSH_RULE.server,
      user: null,
    },
  );
/** Automatic forward that uses the SSH server, because the link fails. */
export const AUTO = auto({
  way: 'ssh',
  probes: [
    { way: 'link', works: false, rtt: null, code: 'forward.peer-away', checkedAt: FORWARDS_NOW - 20_000 },
    { way: 'ssh', works: true, rtt: 41.3, code: null, checkedAt: FORWARDS_NOW - 20_000 },
  ],
});
/** Automatic forward that uses the link; the SSH server's key is unknown. */
export const AUTO_WITH_KEY: ForwardView = {
  ...auto({
    way: 'link',
    probes: [
      { way: 'link', works: true, rtt: 24, code: null, checkedAt: FORWARDS_NOW - 20_000 },
      { way: 'ssh', works: false, rtt: null, code: 'ssh.host-key-unknown', checkedAt: FORWARDS_NOW - 20_000 },
    ],
  }),
  hostKey: { fingerprint: HOST_KEY, before: null },
};
/** Automatic forward with a problem, whose SSH server shows another key than the trusted one. */
export const AUTO_WITH_CHANGED_KEY: ForwardView = {
  ...AUTO_WITH_KEY,
  id: 'f13',
  problem: { code: 'forward.refused', details: { peer: 'office', message: 'refused' }, at: FORWARDS_NOW - 125_000 },
  hostKey: { fingerprint: HOST_KEY, before: FORMER_KEY },
};
/** Text of an export with two forwards. */
export const INI = `# SSH-Tunnel Relay
[relay-node-3]
type = ssh-tunnel
gateway_host = 127.0.0.1
gateway_port = 18788
local_proxy_port = 1080
protocol = relay

[Orders database]
type = tcp-bridge
peer = office
gateway_host = db.office.lan
gateway_port = 5432
`;
/** Forwards found in an imported text. */
export const IMPORTED = [
  {
    line: 2,
    rule: { ...SSH_RULE, name: 'relay-node-3', listen: { host: '127.0.0.1', port: 1080 } },
    peerName: null,
    replaces: false,
  },
  { line: 9, rule: DATABASE_RULE, peerName: 'office', replaces: true },
];
/** Errors found in an imported text. */
export const IMPORT_ERRORS = [
  {
    line: 4,
    key: 'gateway_prt',
    code: 'ini.key',
    message: 'There is no key gateway_prt. Known are gateway_host and gateway_port.',
  },
  { line: 9, key: null, code: 'ini.peer', message: 'The section names no peer. It is one of: office, attic-nas.' },
];
/** Forward with names that imitate markup or reverse the text. */
export const HOSTILE = exampleForward(
  { id: 'f11', peerName: '<b>office</b>\u202e', problem: null },
  { ...DATABASE_RULE, name: 'A very long name that someone has given to a rule, all 64 of it' },
);

const CONNECTIONS = [
  exampleConnection(),
  exampleConnection({
    id: 2,
    target: 'static.intranet.example:443',
    bytesIn: 44_000_000,
    startedAt: FORWARDS_NOW - 3_700_000,
  }),
  exampleConnection({
    id: 3,
    target: '[2001:db8::17]:8443',
    source: '[::1]:40112',
    bytesIn: 0,
    bytesOut: 310,
    startedAt: FORWARDS_NOW - 2000,
  }),
];
const INCOMING = [
  exampleConnection({
    id: 4,
    forward: 'targets',
    forwardName: '',
    direction: 'in',
    peerName: 'build-server',
    target: 'localhost:5432',
    source: null,
  }),
];

/** Ports on which programs of the other machine listen. */
const PORTS: readonly OpenPort[] = [
  { port: 22 },
  { port: 3000, program: 'node' },
  { port: 5173, program: 'vite' },
  { port: 5432, program: 'postgres' },
  { port: 6379, program: 'redis-server' },
  { port: 8080, program: 'a-rather-long-program-na' },
  { port: 9090 },
];

/** Answers of an agent with forwards, for stories. Changes go to the window's store. */
export const FORWARD_ANSWERS: StoryAnswers = {
  'forwards.list': async () => [...useApp.getState().forwards],
  'forwards.connections': async () => [],
  'forwards.ports': async () => ({ ports: [...PORTS] }),
  'forwards.disconnect': async () => ({}),
  'forwards.add': async ({ rule }) =>
    exampleForward({ id: `new ${rule.name}`, url: null, address: `${rule.listen.host}:${rule.listen.port}` }, rule),
  'forwards.update': async ({ id, rule }) =>
    exampleForward({ id, address: `${rule.listen.host}:${rule.listen.port}`, url: null }, rule),
  'forwards.remove': async ({ id }) => {
    // The event arrives before the answer.
    useApp.setState(({ forwards }) => ({ forwards: forwards.filter((forward) => forward.id !== id) }));
    await new Promise((resolve) => setTimeout(resolve));
    return {};
  },
  'forwards.enable': async ({ id, enabled }) => {
    const before = useApp.getState().forwards.find((forward) => forward.id === id) ?? BROWSE;
    return { ...before, rule: { ...before.rule, enabled }, state: enabled ? 'ready' : 'off', problem: null };
  },
  'forwards.restart': async ({ id }) => useApp.getState().forwards.find((forward) => forward.id === id) ?? BROWSE,
  'forwards.trustHostKey': async () => ssh({}),
  'forwards.probe': async () => AUTO,
  'forwards.export': async () => ({ text: INI }),
  // Like the agent: a taken name is an error unless replacing is allowed.
  'forwards.import': async ({ dryRun, replace }) => {
    const taken = {
      line: 9,
      key: null,
      code: 'forward.name-taken',
      message: 'Another forward has the name “Orders database”.',
    };
    if (replace !== true) return { rules: IMPORTED, added: [], errors: [taken] };
    return { rules: IMPORTED, added: dryRun === true ? [] : [ssh({ id: 'i1' }), DATABASE], errors: [] };
  },
};
/** Answers of an agent with open connections. */
export const WITH_CONNECTIONS: StoryAnswers = {
  ...FORWARD_ANSWERS,
  'forwards.connections': async () => [...CONNECTIONS, ...INCOMING],
};
/** Returns an answer that fails with this code. */
export const refuse = (code: string, details: Readonly<Record<string, string>>) => (): Promise<never> =>
  Promise.reject(new ClawReachError(code, code, { details }));
