import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentReply,
  AGENT_CALLS,
  AppApiServer,
  decodeWireMessage,
  encodeWireMessage,
  type AgentCall,
} from '#shared/app-api/index.ts';
import { FormatError } from '#shared/errors.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { MemoryTransport } from '#test/support/app-transport.ts';
import { settle } from '#test/support/fake-clock.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { casesOf } from '#test/support/fuzz.ts';

const PEER = { peer: 'office' };
const SIZE = { cols: 80, rows: 24 };
const RULE = {
  kind: 'socks5',
  name: 'browser',
  enabled: true,
  peer: 'A'.repeat(56),
  listen: { host: '127.0.0.1', port: 1080 },
  user: null,
};

const ENDPOINT = { host: 'gateway.test', port: 18_789, tls: true, path: '/' };
const GATEWAY = {
  name: 'home',
  endpoint: ENDPOINT,
  fingerprint: 'ab'.repeat(32),
  operator: { enabled: true, access: 'full' },
  node: { enabled: true, name: 'laptop', capabilities: ['system.which'] },
};

/** A valid input of every call; the compiler asks for each new one. */
const VALID: { [Call in AgentCall]: Record<string, unknown> } = {
  'status.get': {},
  'agent.stop': {},
  'agent.pause': { until: 1_800_000_000_000 },
  'agent.resume': {},
  'device.rename': { name: 'laptop' },
  'agents.list': {},
  'agents.set': { name: 'coder', description: 'Works on the shop', http: true },
  'agents.remove': { name: 'coder' },
  'agents.renewToken': { name: 'coder' },
  'agents.setFiles': { name: 'coder', folder: '/home/mira/out' },
  'agents.sendFiles': { agent: 'coder', peer: 'office', paths: ['report.pdf'] },
  'agents.there': PEER,
  'messages.addresses': {},
  'messages.send': {
    ...PEER,
    from: 'coder',
    agent: 'tester',
    body: 'hello',
    thread: 'talk',
    expiresIn: 60_000,
    key: 'k',
    relayCanRead: true,
  },
  'messages.sendFiles': { peer: 'office', agent: 'coder', body: 'See the report', files: ['/home/mira/report.pdf'] },
  'instances.list': {},
  'instances.setRight': { instance: 'office-bot', message: 'allow' },
  'instances.forget': { instance: 'office-bot' },
  'messages.get': { id: 'a'.repeat(32), from: 150_000 },
  'folders.share': { ...PEER, path: '/home/mira/photos', mode: 'write', name: 'photos' },
  'folders.unshare': { ...PEER, folder: 'photos' },
  'folders.roots': PEER,
  'folders.list': { ...PEER, folder: 'photos', path: ['2026'], after: 'a.jpg' },
  'folders.stat': { ...PEER, folder: 'photos', path: ['a.jpg'] },
  'folders.hash': { ...PEER, folder: 'photos', path: ['a.jpg'] },
  'folders.makeFolder': { ...PEER, folder: 'photos', path: ['new'] },
  'folders.rename': { ...PEER, folder: 'photos', path: ['a.jpg'], to: ['b.jpg'] },
  'folders.remove': { ...PEER, folder: 'photos', path: ['a.jpg'] },
  'folders.get': { ...PEER, folder: 'photos', path: ['a.jpg'], into: '/home/mira', name: 'b.jpg' },
  'folders.put': { ...PEER, folder: 'photos', path: [], paths: ['/home/mira/a.jpg'], mode: 'new', name: 'b.jpg' },
  'transfers.send': { ...PEER, paths: ['/home/mira/photos'], name: 'photos.tar' },
  'transfers.list': {},
  'transfers.get': { id: 'a'.repeat(32) },
  'transfers.pause': { id: 'a'.repeat(32) },
  'transfers.go': { id: 'a'.repeat(32) },
  'transfers.cancel': { id: 'a'.repeat(32) },
  'transfers.remove': { id: 'a'.repeat(32) },
  'transfers.clear': {},
  'transfers.accept': { approval: 1, into: '/home/mira/in' },
  'transfers.receive': { from: 'office', into: '/home/mira/in' },
  'transfers.inbox': {},
  'transfers.setInbox': { folder: '/home/mira/in' },
  'transfers.spool': { ...PEER },
  'messages.list': { direction: 'in', agent: 'coder', ...PEER, limit: 20 },
  'messages.conversations': {},
  'messages.cancel': { id: 'a'.repeat(32) },
  'messages.take': { agent: 'coder', limit: 20, wait: 60_000, has: ['a'.repeat(32)], answerTo: 'b'.repeat(32) },
  'messages.settle': { id: 'a'.repeat(32), state: 'read' },
  'messages.release': { id: 'a'.repeat(32) },
  'relay.configure': { url: 'wss://relay.test', admission: 'token', insecure: false, own: true, pin: 'ab'.repeat(32) },
  'relayServers.answer': { id: 'q1', answer: { kind: 'secret', secret: 'x' } },
  'relayServers.cancel': {},
  'relayServers.hosts': {},
  'relayServers.list': {},
  'relayServers.run': { task: 'deploy', server: { host: 'relay.example', user: 'root', login: { method: 'agent' } } },
  'relay.goBack': {},
  'relay.leave': {},
  'relay.present': {},
  'relay.ready': { timeout: 1000 },
  'pairing.invite': { allow: ['terminal'], link: true },
  'pairing.result': { pairing: 1 },
  'pairing.join': { codeOrLink: 'ABCD-1234', allow: [] },
  'pairing.confirm': { ...PEER, words: ['a', 'b', 'c', 'd'] },
  'pairing.cancel': { pairing: 1 },
  'peers.list': { measure: true },
  'peers.get': PEER,
  'peers.rename': { ...PEER, name: 'lab' },
  'peers.forget': PEER,
  'peers.setOwn': { ...PEER, own: true },
  'peers.setTerminalProfile': { ...PEER, profile: { theme: 'nord', shell: 'fish', directory: '/srv' } },
  'peers.arrange': { order: [{ peer: 'A'.repeat(56), group: 'Work' }] },
  'peers.markUsed': { peers: [{ peer: 'A'.repeat(56), at: 1_760_000_000_000 }] },
  'peers.setOrder': { order: 'recent' },
  'peers.measurements': PEER,
  'peers.setFavourite': { ...PEER, favourite: true },
  'peers.ping': { ...PEER, timeout: 500 },
  'peers.setPathMode': { ...PEER, mode: 'direct-only', via: ['nas', 'lab'] },
  'peers.reconnect': PEER,
  'network.get': {},
  'network.set': { listen: 'on', port: 7473 },
  'network.proxy.get': {},
  'network.proxy.set': {
    mode: 'manual',
    address: 'http://proxy.test:3128',
    user: 'ada',
    password: 'x',
    addAuthorities: 'pem',
  },
  'account.get': {},
  'account.dashboard': {},
  'relayPage.get': {},
  'relayPage.check': { url: 'wss://relay.example' },
  'relayPage.set': { daily: false },
  'account.lookUp': { code: 'ABCDE-FGHJK' },
  'account.link': {
    code: 'ABCDE-FGHJK',
    account: { id: 'ab'.repeat(16), address: 'ada@relay.test', name: 'Ada' },
    keyId: 'ABCD-EFGH-JKMN-PQRS',
  },
  'account.unlink': {},
  'plainRelays.list': {},
  'plainRelays.pair': {
    code: 'ABCDE-FGHJK',
    api: 'https://relay.test/functions/v1',
    name: 'server',
    config: '/home/ada/.relay-connector.json',
    pin: 'ab'.repeat(32),
    insecure: false,
  },
  'plainRelays.add': { config: '/home/ada/.relay-connector.json', pin: 'ab'.repeat(32), insecure: true },
  'plainRelays.enable': { relay: 'relay.test', enabled: false },
  'plainRelays.setRight': { relay: 'relay.test', right: 'terminal', decision: 'allow', expiresAt: null },
  'plainRelays.end': { relay: 'relay.test' },
  'plainRelays.remove': { relay: 'relay.test' },
  'peers.setAnswers': { ...PEER, answers: true },
  'peers.setBrowserLife': { ...PEER, life: '30d' },
  'peers.setBrowsers': { mode: 'ask' },
  'introductions.introduce': { newcomer: 'phone', targets: ['office'], rights: ['terminal'], life: 3600 },
  'introductions.list': {},
  'introductions.end': { newcomer: 'phone', target: 'office' },
  'introductions.handOn': { ...PEER, rights: ['terminal'] },
  'device.enrol': { ticket: 'A'.repeat(22), secret: 'A'.repeat(43) },
  'device.leave': {},
  'peers.readmit': PEER,
  'rights.set': { ...PEER, right: 'terminal', decision: 'allow', expiresAt: null },
  'messages.loops': {},
  'messages.setLoops': { inARow: 50, inTenMinutes: 200 },
  'rights.setAgent': { ...PEER, agent: 'coder', decision: 'allow', expiresAt: null },
  'approvals.list': { all: true },
  'approvals.decide': { id: 1, decision: 'approve', remember: true },
  'approvals.askAgain': { id: 1 },
  'terminal.open': { ...PEER, ...SIZE, term: 'xterm-256color', command: ['ls', '-l'], terminal: 't1' },
  'exec.open': { ...PEER, command: ['ls', '-l'], directory: '/srv' },
  'exec.signal': { channel: 1, signal: 'SIGINT' },
  'exec.close': { channel: 1 },
  'terminal.name': { ...PEER, terminal: 't1', name: 'logs' },
  'terminal.resize': { channel: 1, ...SIZE },
  'terminal.catchUp': { channel: 1, waiting: 9 },
  'terminal.close': { channel: 1, detach: true },
  'terminal.list': PEER,
  'audit.list': { limit: 10 },
  'diagnostics.get': {},
  'forwards.list': {},
  'forwards.add': { rule: RULE, password: 'secret' },
  'forwards.update': { id: 'a1', rule: RULE, password: null },
  'forwards.remove': { id: 'a1' },
  'forwards.enable': { id: 'a1', enabled: true },
  'forwards.restart': { id: 'a1' },
  'forwards.trustHostKey': { id: 'a1', fingerprint: 'SHA256:abc' },
  'forwards.probe': { id: 'a1' },
  'forwards.connections': {},
  'forwards.connect': { ...PEER, to: { host: 'localhost', port: 22 } },
  'savedCommands.list': {},
  'savedCommands.put': { name: 'deploy', line: 'make {{target}}' },
  'savedCommands.remove': { name: 'deploy' },
  'wake.send': { ...PEER, via: ['nas'] },
  'sshConfig.get': {},
  'sshConfig.set': { installed: true },
  'forwards.disconnect': { connection: 1 },
  'forwards.ports': PEER,
  'forwards.checkFolder': { path: '/srv/photos' },
  'forwards.checkPort': { host: '127.0.0.1', port: 8080, protocol: 'tcp' },
  'forwards.import': { text: '[relay]', peer: 'office', dryRun: true },
  'forwards.export': { ids: ['a1'] },
  'targets.set': { ...PEER, targets: [{ kind: 'connect', host: '10.0.0.0/8', ports: '80-90', expiresAt: null }] },
  'targets.list': PEER,
  'targets.temporary': PEER,
  'targets.endTemporary': PEER,
  'targets.protect': { port: 7473 },
  'discovery.get': {},
  'discovery.search': {},
  'discovery.set': { enabled: true, showName: false },
  'adding.wait': { only: 'A'.repeat(56) },
  'adding.ask': { peerId: 'A'.repeat(56) },
  'adding.list': {},
  'adding.answer': { adding: 1, same: true },
  'adding.cancel': { adding: 1 },
  'adding.request': { adding: 1 },
  'adding.requests': {},
  'adding.dismiss': { peerId: 'A'.repeat(56) },
  'relay.advertised': {},
  'relay.advertise': { url: 'wss://relay.test' },
  'relayOffers.send': PEER,
  'relay.probe': { ...PEER, url: 'wss://relay.test', pin: 'ab'.repeat(32) },
  'gateways.list': {},
  'gateways.probe': { endpoint: ENDPOINT },
  'gateways.read': { text: 'oc-pair://abc' },
  'gateways.discover': {},
  'gateways.add': { settings: GATEWAY, token: 'secret', password: null, draft: 'd1' },
  'gateways.update': { gateway: 'home', settings: GATEWAY, token: null },
  'gateways.remove': { gateway: 'home' },
  'gateways.connect': { gateway: 'home' },
  'gateways.trust': { gateway: 'home', fingerprint: 'ab'.repeat(32), how: 'once', confirm: 'abab' },
  'gateways.handover': { gateway: 'home', setupCode: true, url: 'wss://gateway.test' },
  'requests.list': { all: true },
  'requests.decide': { key: 'g/device/1', decision: 'reject', reason: 'unknown' },
  'devices.list': { gateway: 'home' },
  'devices.rename': { gateway: 'home', device: 'ab', label: 'phone' },
  'devices.remove': { gateway: 'home', device: 'ab' },
  'devices.rotate': { gateway: 'home', device: 'ab', role: 'node' },
  'devices.revoke': { gateway: 'home', device: 'ab', role: 'node' },
  'nodes.list': { gateway: 'home' },
  'nodes.rename': { gateway: 'home', node: 'ab', name: 'lab' },
  'nodes.remove': { gateway: 'home', node: 'ab' },
  'nodes.invoke': { gateway: 'home', node: 'ab', command: 'system.which', params: { bins: ['git'] }, timeout: 1000 },
  'node.policy.get': {},
  'node.policy.set': { policy: { default: 'ask', rules: [], folders: ['/srv'] } },
  'node.allow': { program: 'git', arguments: ['status'], gateway: null, directory: '/srv' },
  'node.runs': {},
  'node.cancel': { run: 1 },
  'gateways.terminal.open': { gateway: 'home', ...SIZE, terminal: 't1' },
  'gateways.terminal.list': { gateway: 'home' },
  'remote.prompt': { target: PEER, gateway: 'home', prompt: 'hello', session: 'main' },
  'remote.status': { target: PEER },
  'remote.watch': { target: null, gateway: 'home' },
  'remote.restart': { target: PEER, confirmed: false },
  'remote.workflow': { target: PEER, workflow: 'backup', params: { day: 1 } },
  'remote.workflows': { target: PEER },
  'workflows.list': {},
  'workflows.set': {
    workflows: [{ name: 'backup', description: '', gateway: null, action: { kind: 'prompt', template: 'x' } }],
  },
  'remotes.list': {},
  'remotes.save': { id: 'r1', name: 'dev', target: PEER },
  'remotes.remove': { id: 'r1' },
  'terminal.share': { peer: null, terminal: 'a'.repeat(32), with: 'lab' },
  'terminal.unshare': { ...PEER, terminal: 'a'.repeat(32), with: 'lab' },
  'terminal.shared': {},
  'terminal.served': { commands: true, programs: true },
  'terminal.stop': { terminal: 'ab'.repeat(16) },
  'shareLink.create': { peer: null, terminal: 'ab'.repeat(16), role: 'type', seconds: 60, once: true, letIn: false },
  'shareLink.list': {},
  'shareLink.end': { id: '0badcafe' },
  'shareLink.answer': { guest: '0badcafe', letIn: true },
  'shareLink.remove': { guest: '0badcafe' },
  'recordings.list': {},
  'recordings.read': { id: '20261121T220312Z-0123abcd', offset: 0 },
  'recordings.delete': { id: '20261121T220312Z-0123abcd' },
  'recordings.start': { channel: 1, input: true },
  'recordings.stop': { channel: 1 },
  'recordings.settings.get': {},
  'recordings.settings.set': { peers: ['A'.repeat(56)], served: true },
  'history.list': { ...PEER, kinds: ['terminal'], since: 1, until: 2, text: 'word', limit: 10 },
  'history.clear': {},
};

const NASTY: readonly unknown[] = [
  null,
  true,
  '',
  'x'.repeat(5000),
  '__proto__',
  'office\u0000',
  '\u202e',
  '\ud800',
  -1,
  0,
  0.5,
  1e300,
  2 ** 53,
  4_294_967_296,
  [],
  {},
  [[]],
  { toString: 1 },
  Array.from({ length: 300 }, () => 'a'),
  'allow',
  'terminal',
  64,
  '../..',
];

const CALLS = Object.entries(VALID);
const control = (json: unknown): Uint8Array => encodeWireMessage({ kind: 'control', json });
const MESSAGES: readonly Uint8Array[] = [
  ...CALLS.map(([method, params], call) => control({ type: 'call', call, method, params })),
  control({ type: 'cancel', call: 3 }),
  encodeWireMessage({ kind: 'data', channel: 1, bytes: new Uint8Array(20) }),
  encodeWireMessage({ kind: 'credit', channel: 1, bytes: 0 }),
  encodeWireMessage({ kind: 'end', channel: 1 }),
];

/** A valid call with one value of its message or its input exchanged, added or left out. */
const structured: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.nat(CALLS.length - 1), fc.nat(), fc.nat(NASTY.length - 1), fc.nat(5))
  .map(([which, place, nasty, kind]) => {
    const [method, params] = CALLS[which] ?? ['status.get', {}];
    const message: Record<string, unknown> = { type: 'call', call: 1, method, params };
    const target = kind === 0 ? message : params;
    const names = [...Object.keys(target), 'extra', 'constructor'];
    const name = names[place % names.length] ?? 'extra';
    const changed = Object.fromEntries(Object.entries(target).filter(([key]) => kind !== 1 || key !== name));
    if (kind !== 1) Object.defineProperty(changed, name, { value: NASTY[nasty], enumerable: true });
    return control(kind === 0 ? changed : { ...message, params: changed });
  });

test('every message of a user interface is either refused or handled with input that fits its schema', async () => {
  const failures: unknown[] = [];
  const calls = new Map<string, number>();
  const codes = new Map<string, number>();
  const server = new AppApiServer();
  const handlers = createHandlers({}, (call, input) => {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    if (!AGENT_CALLS[call].input.safeParse(input).success) failures.push({ call, input });
  });
  let cases = 0;
  let closed = 0;
  const arbitrary = fc.oneof(
    strangeBytes(MESSAGES, 64).map(({ bytes }) => bytes),
    structured,
  );
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      cases += 1;
      const transport = new CheckedTransport(failures, codes);
      const connection = server.serveConnection(transport, handlers);
      connection.openChannel();
      transport.deliver(bytes);
      if (connection.closed.aborted) closed += 1;
    }),
    // Each valid message comes first: chance alone leaves out a call now and then.
    { numRuns: casesOf(100_000), examples: MESSAGES.map((bytes) => [bytes]) },
  );
  await settle();
  server.close();
  const handled = [...calls.values()].reduce((sum, count) => sum + count, 0);
  console.info(
    `app-api boundary: ${cases} messages, ${closed} closed the connection, ${handled} reached a handler`,
    Object.fromEntries(codes),
  );
  expect(failures).toEqual([]);
  expect([...calls.keys()].sort()).toEqual(Object.keys(VALID).sort());
  expect([...codes.keys()].sort()).toEqual(['control.invalid', 'control.unknown-call', 'test.refused']);
  expect(handled).toBeGreaterThan(cases / 20);
  expect(closed).toBeGreaterThan(cases / 20);
});

test('decoding any bytes gives one message that encodes to the same meaning, or a FormatError', () => {
  let decoded = 0;
  fc.assert(
    fc.property(strangeBytes(MESSAGES, 48), ({ bytes }) => {
      const again = encodeAgain(bytes);
      if (again !== undefined) decoded += 1;
      expect(Buffer.compare(again ?? bytes, bytes)).toBe(0);
    }),
    { numRuns: casesOf(100_000) },
  );
  console.info(`app-api decoding: ${decoded} of 100000 passed the first check`);
  expect(decoded).toBeGreaterThan(casesOf(5000));
});

/** The bytes of what was decoded; undefined when it was refused. JSON may be written in many ways and stands for itself. */
function encodeAgain(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const message = decodeWireMessage(bytes);
    return message.kind === 'control' ? bytes : encodeWireMessage(message);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** Checks each answer as it is sent. */
class CheckedTransport extends MemoryTransport {
  readonly #failures: unknown[];
  readonly #codes: Map<string, number>;

  constructor(failures: unknown[], codes: Map<string, number>) {
    super();
    this.#failures = failures;
    this.#codes = codes;
  }

  override send(message: Uint8Array): void {
    const decoded = decodeWireMessage(message);
    if (decoded.kind !== 'control') {
      this.#failures.push(decoded);
      return;
    }
    const reply = agentReply.safeParse(decoded.json);
    if (reply.data?.type === 'error') this.#codes.set(reply.data.code, (this.#codes.get(reply.data.code) ?? 0) + 1);
    else this.#failures.push(decoded.json);
  }
}
