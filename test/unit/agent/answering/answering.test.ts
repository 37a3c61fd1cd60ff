import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnswerClient } from '#agent/answering/answer-client.ts';
import { AnswerServer, type GatewayRequests } from '#agent/answering/answer-server.ts';
import { MOST_LIST_BYTES, requestList, sendAnswer, type RequestsMessage } from '#agent/answering/messages.ts';
import { createAnswering } from '#agent/answering/index.ts';
import { ApprovalStore } from '#agent/core/approvals/index.ts';
import type { Core } from '#agent/core/core.ts';
import { EventBus } from '#agent/core/events.ts';
import { answerPeer } from '#agent/core/peer-question.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import type { NetworkModule } from '#agent/network/index.ts';
import { endOfLife, PeerBook } from '#agent/peers/index.ts';
import type { BrowserMode, GatewayRequestView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, LinkSession } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { linkInMemory } from '#test/support/link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const [PHONE, LAPTOP, OTHER, OFFICE] = ['A', 'B', 'C', 'D'].map((one) => one.padEnd(56, '0')) as [
  PeerId,
  PeerId,
  PeerId,
  PeerId,
];
const WORDS = ['amber', 'kitchen', 'orbit', 'velvet'];

const gatewayRequest = (kind: GatewayRequestView['kind'], key: string): GatewayRequestView => ({
  key,
  kind,
  gateway: 'lab',
  gatewayName: 'Lab',
  requestId: key,
  who: 'agent',
  deviceId: null,
  platform: null,
  address: null,
  roles: [],
  scopes: [],
  commands: [],
  capabilities: [],
  command: 'make deploy',
  argv: [],
  directory: null,
  environment: [],
  host: null,
  agent: null,
  title: null,
  text: null,
  severity: null,
  repair: false,
  decisions: ['approve', 'approve-always', 'reject'],
  missingScopes: [],
  requestedAt: 0,
  expiresAt: null,
});

let clock: FakeClock;
let peers: PeerBook;
let approvals: ApprovalStore;
let audit: MemoryLineFile;
let policy: RightsPolicy;
let server: AnswerServer;
let browsers: BrowserMode;
let asking: LinkSession;
let requests: GatewayRequestView[];
const decided: unknown[] = [];

function add(letter: string, name: string, isBrowser: boolean): void {
  const endsAt = endOfLife(clock, '12h');
  peers.add({
    certificate: certificateFor(letter),
    name,
    grants: {},
    words: WORDS,
    provisionalUntil: null,
    enrolledBy: null,
    ...(isBrowser ? { browser: { life: '12h', endsAt } } : {}),
  });
}

beforeEach(() => {
  clock = new FakeClock(1_800_000_000_000);
  browsers = 'approved';
  decided.length = 0;
  requests = [];
  peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  audit = new MemoryLineFile();
  const log = new AuditLog({ file: audit, clock, logger: silentLogger });
  approvals = new ApprovalStore({ file: new MemoryDocumentFile(), peers, clock, logger: silentLogger, audit: log });
  policy = new RightsPolicy({ peers, clock, browsers: () => browsers });
  server = new AnswerServer({ clock, peers, policy, approvals, audit: log });
  const gateways: GatewayRequests = {
    list: () => requests,
    decide: async (input, _signal, by) => void decided.push({ ...input, by }),
  };
  server.serveGateways(gateways);
  add('A', 'phone', true);
  add('B', 'laptop', false);
  add('C', 'other browser', true);
  for (const peer of [PHONE, LAPTOP, OTHER]) peers.confirmWords(peer, WORDS);
  const { initiator, responder } = linkInMemory({ clock });
  responder.onStream = (stream: IncomingStream) => void server.serve(stream, PHONE);
  asking = initiator;
});

const ask = (peerId: PeerId, right: 'terminal' | 'introduce' | 'use-relay' | 'forward', detail: string) =>
  approvals.request({ peerId, right, detail, ...(right === 'forward' ? { lasts: 3_600_000 } : {}) });
/** Lets time pass, since links collect what they send, until the work is done. */
async function during<Result>(work: Promise<Result>): Promise<Result> {
  const state = { isDone: false };
  const end = (): void => void (state.isDone = true);
  work.then(end, end);
  while (!state.isDone) await clock.advance(1);
  return await work;
}
const list = async () => await during(requestList(asking, () => clock.now(), new AbortController().signal));
const details = async () => (await list()).approvals.map(({ detail }) => detail);
const send = async (message: Extract<RequestsMessage, { answer: unknown }>) =>
  await during(
    sendAnswer(asking, message).then(
      () => 'answered',
      (error: unknown) => errorCode(error),
    ),
  );

/** Code with which a list is refused. */
async function listCode(): Promise<unknown> {
  try {
    await list();
    return 'listed';
  } catch (error) {
    return (error as { details?: { code?: string } }).details?.code;
  }
}

describe('requests that a browser may answer', () => {
  it('are refused until a person has allowed that browser, and once they take it back [S-ANSWER-1]', async () => {
    const outcome = ask(LAPTOP, 'terminal', 'open a shell');
    const id = approvals.list()[0]?.id ?? 0;
    expect(await listCode()).toBe('rights.denied');
    expect(await send({ action: 'decide', approval: id, answer: 'approve' })).toBe('rights.denied');
    expect(approvals.pendingCount).toBe(1);
    peers.setAnswers(PHONE, true);
    expect(await details()).toEqual(['open a shell']);
    peers.setAnswers(PHONE, false);
    expect(await listCode()).toBe('rights.denied');
    expect(await send({ action: 'decide', approval: id, answer: 'approve' })).toBe('rights.denied');
    peers.setAnswers(PHONE, true);
    expect(await send({ action: 'decide', approval: id, answer: 'approve' })).toBe('answered');
    expect(await outcome).toBe('approved');
    expect(approvals.list(true)[0]).toMatchObject({ state: 'approved', by: 'phone' });
    expect(audit.lines.join('\n')).toMatch(/"browser\.answered".*"name":"phone"/);
  });

  it('are those of others: no browser sees or approves what it has asked for itself [S-ANSWER-2]', async () => {
    peers.setAnswers(PHONE, true);
    void ask(PHONE, 'forward', 'connect to 10.0.0.1:22');
    void ask(OTHER, 'terminal', 'of another browser');
    const own = approvals.list().find(({ peerId }) => peerId === PHONE)?.id ?? 0;
    expect(await details()).toEqual(['of another browser']);
    expect(await send({ action: 'decide', approval: own, answer: 'approve' })).toBe('approval.gone');
    expect(approvals.list().map(({ id }) => id)).toContain(own);
  });

  it('are not those that let a machine in, change the relay, or come from a device whose words no one compared [S-ANSWER-2]', async () => {
    peers.setAnswers(PHONE, true);
    add('D', 'office', false);
    void ask(LAPTOP, 'introduce', 'introduce nas');
    void ask(LAPTOP, 'use-relay', 'wss://relay.test');
    void ask(OFFICE, 'terminal', 'uncompared');
    expect(approvals.pendingCount).toBe(3);
    expect(await details()).toEqual([]);
    for (const { id } of approvals.list())
      expect(await send({ action: 'decide', approval: id, answer: 'approve' })).toBe('approval.gone');
    expect(approvals.pendingCount).toBe(3);
  });

  it.each(['never', 'ask'] as const)('are none where browsers may: %s [S-ANSWER-1]', async (mode) => {
    peers.setAnswers(PHONE, true);
    void ask(LAPTOP, 'terminal', 'open a shell');
    browsers = mode;
    expect(await listCode()).toBe('rights.denied');
    expect(server.answerers()).toEqual([]);
  });

  it('end with the browser, and with a suspension [S-ANSWER-1]', async () => {
    peers.setAnswers(PHONE, true);
    expect(server.answerers()).toEqual([PHONE]);
    peers.suspend(PHONE, 1);
    expect(await listCode()).toBe('rights.denied');
    peers.readmit(PHONE);
    expect(await listCode()).toBe('listed');
    peers.setBrowserLife(PHONE, 'tab');
    expect(server.answerers()).toEqual([PHONE]);
    await during(asking.close('link.closed', 'the link would count the days'));
    await clock.advance(12 * 3_600_000 - 60_000);
    expect(server.answerers()).toEqual([PHONE]);
    await clock.advance(60_000);
    expect(server.answerers()).toEqual([]);
  });

  it('can be given to a compared browser only [S-ANSWER-1]', async () => {
    expect(await codeOf(() => peers.setAnswers(LAPTOP, true))).toBe('peer.no-browser');
    add('D', 'unknown', true);
    expect(await codeOf(() => peers.setAnswers(OFFICE, true))).toBe('peer.uncompared');
    peers.addIntroduced({
      certificate: certificateFor('E'),
      name: 'introduced',
      rights: [],
      by: LAPTOP,
      endsAt: clock.now() + 1000,
      isBrowser: true,
    });
    expect(await codeOf(() => peers.setAnswers('E'.padEnd(56, '0') as PeerId, true))).toBe('peer.introduced');
  });

  it('of gateways are answered once, and those of devices and nodes here only [S-ANSWER-2]', async () => {
    peers.setAnswers(PHONE, true);
    requests = [gatewayRequest('run', 'run.1'), gatewayRequest('node', 'node.1'), gatewayRequest('device', 'device.1')];
    expect((await list()).requests.map(({ key }) => key)).toEqual(['run.1']);
    expect(await send({ action: 'decide-gateway', key: 'node.1', answer: 'approve' })).toBe('request.gone');
    expect(await send({ action: 'decide-gateway', key: 'run.1', answer: 'approve' })).toBe('answered');
    expect(decided).toEqual([{ key: 'run.1', decision: 'approve', by: 'phone' }]);
  });

  it('grant nothing for later: an approval is for once, whatever is sent beside it [S-ANSWER-2]', async () => {
    peers.setAnswers(PHONE, true);
    void ask(LAPTOP, 'terminal', 'open a shell');
    const approval = approvals.list()[0]?.id ?? 0;
    const more = { remember: true, duration: 3_600_000, always: true };
    await send({ action: 'decide', approval, answer: 'approve', ...more } as never);
    expect(peers.get(LAPTOP)?.grants).toEqual({});
    expect(approvals.list(true)[0]?.always).toBeUndefined();
    expect(await send({ action: 'decide', approval, answer: 'approve' })).toBe('approval.gone');
  });

  it('fit into one list: what is too much stays for the next one', async () => {
    peers.setAnswers(PHONE, true);
    for (let index = 0; index < 3; index++) void ask(LAPTOP, 'terminal', `${index} ${'x'.repeat(2000)}`);
    requests = Array.from({ length: 5 }, (_, index) => ({
      ...gatewayRequest('run', `run.${index}`),
      command: 'y'.repeat(60_000),
    }));
    const listed = await list();
    expect(listed.approvals.map(({ detail }) => detail[0])).toEqual(['0', '1', '2']);
    expect(listed.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(listed).length).toBeLessThan(MOST_LIST_BYTES);
    expect(listed.requests.length).toBeLessThan(5);
  });
});

describe('a browser that answers', () => {
  let client: AnswerClient;
  let changes = 0;
  let hasPath = true;
  beforeEach(() => {
    changes = 0;
    hasPath = true;
    client = new AnswerClient({
      clock,
      logger: silentLogger,
      nameOf: () => 'office',
      current: () => (hasPath ? asking : undefined),
      session: async () => asking,
      onChange: () => void (changes += 1),
    });
  });
  const named = async (answers: boolean): Promise<void> => {
    client.named(OFFICE, answers);
    await clock.advance(20);
  };

  it('asks only machines that let it, shows where each request waits, and forgets what is answered there', async () => {
    void ask(LAPTOP, 'terminal', 'open a shell');
    client.noticed(OFFICE);
    await clock.advance(20);
    expect(client.approvals).toEqual([]);
    peers.setAnswers(PHONE, true);
    await named(true);
    expect(client.approvals).toMatchObject([
      { detail: 'open a shell', peerName: 'laptop', machine: { peerId: OFFICE, name: 'office' } },
    ]);
    const before = client.approvals[0]?.id;
    void ask(LAPTOP, 'terminal', 'open another one');
    client.noticed(OFFICE);
    await clock.advance(20);
    expect(client.approvals.map(({ detail }) => detail)).toEqual(['open another one', 'open a shell']);
    expect(client.approvals[1]?.id).toBe(before);
    for (const { id } of approvals.list()) approvals.decide(id, 'not-now');
    client.noticed(OFFICE);
    await clock.advance(20);
    expect(client.count).toBe(0);
    expect(changes).toBe(3);
  });

  it('asks again once the link has a path, if it had none when the machine said that something waits', async () => {
    peers.setAnswers(PHONE, true);
    await named(true);
    hasPath = false;
    void ask(LAPTOP, 'terminal', 'open a shell');
    client.noticed(OFFICE);
    await clock.advance(20);
    client.linksChanged();
    await clock.advance(20);
    expect(client.approvals).toEqual([]);
    hasPath = true;
    client.linksChanged();
    await clock.advance(20);
    expect(client.approvals).toMatchObject([{ detail: 'open a shell' }]);
  });

  it('asks again a while after the list was lost on its way', async () => {
    peers.setAnswers(PHONE, true);
    await named(true);
    void ask(LAPTOP, 'terminal', 'open a shell');
    const alive = asking;
    asking = linkInMemory({ clock }).initiator;
    await during(asking.close('link.closed', 'the page was loaded again'));
    client.noticed(OFFICE);
    await clock.advance(20);
    expect(client.approvals).toEqual([]);
    asking = alive;
    await clock.advance(2000);
    expect(client.approvals).toMatchObject([{ detail: 'open a shell' }]);
  });

  it('answers by its own IDs, and offers nothing that lasts though the machine says so', async () => {
    peers.setAnswers(PHONE, true);
    const outcome = ask(LAPTOP, 'terminal', 'open a shell');
    requests = [gatewayRequest('exec', 'exec.1')];
    await named(true);
    expect(client.requests[0]?.decisions).toEqual(['approve', 'reject']);
    const { signal } = new AbortController();
    expect(await during(client.decide(client.approvals[0]?.id ?? 0, 'decline', signal))).toMatchObject({
      state: 'denied',
    });
    expect(await outcome).toBe('denied');
    await during(client.decideGateway(client.requests[0]?.key ?? '', 'approve', signal));
    expect(decided).toEqual([{ key: 'exec.1', decision: 'approve', by: 'phone' }]);
    await clock.advance(20);
    expect(client.approvals).toEqual([]);
  });

  it('drops requests at their end, and all of a machine that takes its permission back', async () => {
    peers.setAnswers(PHONE, true);
    void ask(LAPTOP, 'terminal', 'open a shell');
    requests = [gatewayRequest('exec', 'exec.1')];
    await named(true);
    expect(client.count).toBe(2);
    asking = linkInMemory({ clock }).initiator;
    await clock.advance((client.approvals[0]?.expiresAt ?? 0) - clock.now());
    expect(client.approvals).toEqual([]);
    await named(false);
    expect(client.count).toBe(0);
  });
});

describe('a machine at which requests wait', () => {
  let events: EventBus;
  let called: PeerId[];
  let online: Set<PeerId>;
  let session: () => Promise<LinkSession>;
  let module: ReturnType<typeof createAnswering>;
  beforeEach(() => {
    events = new EventBus(silentLogger);
    called = [];
    online = new Set();
    session = () => Promise.reject(new Error('not now'));
    const network = {
      isAtRelay: (peerId: PeerId) => online.has(peerId),
      mayAnswer: (peerId: PeerId) => online.has(peerId),
      session: (peerId: PeerId) => {
        called.push(peerId);
        return session();
      },
    };
    const audited = new AuditLog({ file: audit, clock, logger: silentLogger });
    const closing = new AbortController().signal;
    const core = { approvals, audit: audited, clock, closing, events, logger: silentLogger, peers, policy };
    module = createAnswering(core as unknown as Core, { network } as unknown as NetworkModule);
    peers.setAnswers(PHONE, true);
  });
  afterEach(() => module.stop?.());
  const change = async (...peerIds: PeerId[]): Promise<void> => {
    online.clear();
    for (const peerId of peerIds) online.add(peerId);
    events.emit('links.changed');
    await clock.advance(200);
  };

  it('calls a browser that did not hear it again, until it has heard or nothing waits', async () => {
    const outcome = ask(LAPTOP, 'terminal', 'open a shell');
    await change(PHONE);
    const first = called.length;
    await clock.advance(4000);
    expect(called.length).toBe(first + 2);
    const heard = linkInMemory({ clock });
    const actions: unknown[] = [];
    heard.responder.onStream = (stream: IncomingStream) => {
      actions.push(stream.params);
      answerPeer(stream, {});
    };
    session = () => Promise.resolve(heard.initiator);
    await clock.advance(60_000);
    expect(actions).toEqual([expect.objectContaining({ action: 'changed' })]);
    expect(called.length).toBe(first + 3);
    session = () => Promise.reject(new Error('not now'));
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    expect(await outcome).toBe('denied');
    await clock.advance(60_000);
    expect(called.length).toBe(first + 4);
  });

  it('calls a browser that comes online and may answer, once each time', async () => {
    // Nothing waits yet.
    await change(PHONE, OTHER);
    await change();
    void ask(LAPTOP, 'terminal', 'open a shell');
    await clock.advance(200);
    expect(called).toEqual([]);
    await change(PHONE, OTHER);
    await change(PHONE, OTHER);
    expect(called).toEqual([PHONE]);
    await change();
    await change(PHONE);
    expect(called).toEqual([PHONE, PHONE]);
  });
});
