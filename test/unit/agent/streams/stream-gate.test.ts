import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalStore } from '#agent/core/approvals/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { StreamGate, type PromptCaller } from '#agent/streams/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { RIGHTS, type Right } from '#shared/app-api/index.ts';
import { createIdentity, verifyCertificate, type PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, StreamKind } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { linkInMemory } from '#test/support/link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { PortsServer, requestPorts } from '../../../../src-main/agent/ports/index.ts';
import { requestSystem } from '../../../../src-main/agent/about/index.ts';

let clock: FakeClock;
let policy: RightsPolicy;
let approvals: ApprovalStore;
let gate: StreamGate;
let opener: PeerId;
let target: PeerId;
let peers: PeerBook;
let caller: PromptCaller | undefined;
/** What the gate let through, took back, or refused, in order. */
let log: string[];

/** Looks at the ports of this machine; counted. */
let looks: number;
const look = async () => {
  looks += 1;
  return [{ port: 5432, program: 'postgres' }, { port: 7473, program: 'ClawReach' }, { port: 22 }];
};

/** Where links lead, and which were looked at. */
let leadsTo: string | undefined;
let looked: string[];
const find = (path: string): string | undefined => {
  looked.push(path);
  return leadsTo;
};

/** Adds a peer. @param words words that a person still has to compare */
function add(name: string, words: readonly string[] | null = null): PeerId {
  const now = Math.floor(clock.now() / 1000);
  const { certificate } = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now });
  return peers.add({
    certificate: verifyCertificate(crypto, certificate, now),
    name,
    grants: {},
    words,
    provisionalUntil: null,
    enrolledBy: null,
  }).peerId;
}

beforeEach(() => {
  looks = 0;
  leadsTo = undefined;
  looked = [];
  clock = new FakeClock();
  log = [];
  peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  opener = add('laptop');
  target = add('office');
  policy = new RightsPolicy({ peers, clock });
  const audit = new AuditLog({ file: new MemoryLineFile(), clock, logger: silentLogger });
  approvals = new ApprovalStore({ file: new MemoryDocumentFile(), peers, clock, logger: silentLogger, audit });
  const served = (what: string) => async () => void log.push(what);
  gate = new StreamGate({
    peers,
    policy,
    approvals,
    audit,
    logger: silentLogger,
    facts: () => ({ os: 'Debian 12', user: 'mira' }),
    terminals: {
      serve: served('terminal'),
      defaults: { user: 'mira', home: '/home/mira', shell: '/bin/zsh' },
      real: { folder: find, file: find },
      titleOf: () => undefined,
      holderToTakeOverFrom: (terminal) => (terminal.startsWith('b') ? 'tablet' : undefined),
      holderOfShared: (terminal) => (terminal.startsWith('a') ? 'office' : undefined),
      wasRevoked: (terminal) => terminal.startsWith('c'),
      sharesChanged: () => void log.push('noticed'),
      revoke: () => void log.push('terminals revoked'),
      revokeView: (_peer, decision) => void log.push(`viewers revoked: ${decision}`),
    },
    execs: { serve: served('command'), revoke: () => void log.push('commands revoked') },
    hops: {
      passOn: served('passed on'),
      receive: () => void log.push('taken'),
      revoke: () => void log.push('ways revoked'),
    },
    udp: { takeOffer: served('udp') },
    forwards: { serve: served('forward') },
    ports: new PortsServer({ clock, look, isReserved: (port) => port === 7473 }),
  });
  gate.servePrompts({
    serve: async (_stream, by) => {
      caller = by;
      log.push('remote');
    },
    revoke: () => void log.push('remote revoked'),
  });
});

async function open(kind: StreamKind, params: unknown, isPlainRelay = false): Promise<void> {
  const stream: IncomingStream = {
    id: 1,
    kind,
    params,
    wait: () => void log.push('asked'),
    accept: () => {
      throw new Error('the gate serves nothing itself');
    },
    refuse: (code) => void log.push(code),
    cancelled: new AbortController().signal,
  };
  if (isPlainRelay) gate.acceptPlain(stream, { peerId: opener, name: 'laptop' });
  else gate.accept(stream, opener, linkInMemory().responder);
  await settle();
}

describe('a peer that names a folder by a link', () => {
  const directory = '/home/mira/x';
  const KINDS = [
    ['pty', { action: 'open', cols: 80, rows: 24, term: 'xterm', directory }, 'terminal'],
    ['exec', { action: 'start', command: ['./run.sh'], directory }, 'command'],
  ] as const;

  it.each(KINDS)('is let into the folder that the person has seen: %s [S-ASK-2]', async (kind, params, served) => {
    leadsTo = '/etc';
    await open(kind, params);
    const [asked] = approvals.list();
    expect(asked?.facts).toContainEqual({ fact: 'folder', value: '/etc' });
    expect(asked?.facts).toContainEqual({ fact: 'asked', value: directory });
    approvals.decide(asked?.id ?? 0, 'approve');
    await settle();
    expect(log).toEqual(['asked', served]);
  });

  it.each(KINDS)('is refused where the link leads elsewhere by then: %s [S-ASK-2]', async (kind, params) => {
    leadsTo = '/srv/harmless';
    await open(kind, params);
    leadsTo = '/etc';
    approvals.decide(approvals.list()[0]?.id ?? 0, 'approve');
    await settle();
    expect(log).toEqual(['asked', 'rights.denied']);
  });

  it.each(KINDS)('has nothing of this machine looked at where nobody is asked: %s [S-ASK-2]', async (kind, params) => {
    for (const decision of ['allow', 'deny'] as const) {
      set('terminal', decision);
      await open(kind, params);
    }
    expect(looked).toEqual([]);
  });
});

const set = (right: Right, decision: 'allow' | 'deny' | 'ask'): void => policy.set(opener, right, decision);

describe('a peer that wants to reach an address', () => {
  it.each(['tcp', 'udp'] as const)('has its %s streams served by whoever checks targets', async (kind) => {
    await open(kind, {});
    expect(log).toEqual(['forward']);
  });
});

describe('a peer that asks for a list of terminals', () => {
  it.each([
    ['allow', ['terminal']],
    ['ask', ['terminal']],
    ['deny', ['rights.denied']],
  ] as const)(
    'is told what runs in the terminals before it without a question to anybody, unless it is refused: %s [S-TERM-14]',
    async (decision, expected) => {
      set('terminal', decision);
      log.length = 0;
      await open('pty', { action: 'list', programs: true, watched: true });
      await open('pty', { action: 'list', programs: true, own: true, commands: true });
      expect(log).toEqual([...expected, ...expected]);
      expect(approvals.list()).toEqual([]);
    },
  );

  it.each([
    ['allow', ['terminal']],
    ['ask', ['rights.unasked']],
    ['deny', ['rights.denied']],
  ] as const)(
    'which nobody there has requested raises no request, also when it comes again and again: %s',
    async (decision, [expected]) => {
      set('terminal', decision);
      log.length = 0;
      for (let count = 0; count < 3; count += 1) await open('pty', { action: 'list', programs: true, ask: false });
      expect(log).toEqual([expected, expected, expected]);
      expect(approvals.list()).toEqual([]);
    },
  );

  it.each([{ programs: true }, { watched: false }, { own: false }, {}])(
    'needs the right for all others: %j',
    async (more) => {
      set('terminal', 'ask');
      log.length = 0;
      await open('pty', { action: 'list', ...more });
      expect(log).toEqual(['asked']);
      expect(approvals.list()).toHaveLength(1);
    },
  );
});

describe('a peer that comes back to its terminal', () => {
  const attach = (letter: string) => ({ action: 'attach', terminal: letter.repeat(32), cols: 80, rows: 24 });

  it.each(['deny', 'ask', 'allow'] as const)(
    'hears that it ended with the right, which is %s now',
    async (decision) => {
      set('terminal', decision);
      log.length = 0;
      await open('pty', attach('c'));
      expect(log).toEqual(['terminal.revoked']);
      expect(approvals.list()).toEqual([]);
    },
  );

  it.each([
    ['allow', ['terminal']],
    ['ask', ['terminal']],
    ['deny', ['rights.denied']],
  ] as const)(
    'reopens it without a question to anybody, unless it is refused: %s [S-TERM-18]',
    async (decision, expected) => {
      set('terminal', decision);
      log.length = 0;
      await open('pty', attach('d'));
      await open('pty', { ...attach('d'), takeOver: true });
      expect(log).toEqual([...expected, ...expected]);
      expect(approvals.list()).toEqual([]);
    },
  );

  it('raises a question where another device holds it, and none without the wish to take it over [S-TERM-18]', async () => {
    set('terminal', 'ask');
    log.length = 0;
    await open('pty', attach('b'));
    expect(log).toEqual(['terminal']);
    log.length = 0;
    await open('pty', { ...attach('b'), takeOver: true });
    expect(log).toEqual(['asked']);
    expect(approvals.list()).toMatchObject([{ detail: 'take over a terminal of tablet' }]);
  });

  it('raises a question each time where a plain relay does it for one of its users [S-TERM-18]', async () => {
    set('terminal', 'ask');
    log.length = 0;
    await open('pty', attach('d'), true);
    expect(log).toEqual(['asked']);
    expect(approvals.list()).toMatchObject([{ detail: 'reopen a terminal left running' }]);
  });

  it('hears nothing but the refusal about every other one', async () => {
    set('terminal', 'deny');
    log.length = 0;
    await open('pty', attach('d'));
    expect(log).toEqual(['rights.denied']);
  });
});

describe('a peer that asks about this machine', () => {
  it('learns its system, and more only with a right here [S-LINK-22]', async () => {
    const facts = async (): Promise<unknown> => {
      const link = new FakeLink((stream) => gate.accept(stream, opener, linkInMemory().responder));
      return (await requestSystem(link.session))?.facts;
    };
    expect(await facts()).toBe(undefined);
    set('terminal', 'ask');
    set('view', 'deny');
    expect(await facts()).toBe(undefined);
    set('forward', 'allow');
    expect(await facts()).toEqual({ os: 'Debian 12', user: 'mira' });
    set('forward', 'ask');
    expect(await facts()).toBe(undefined);
    set('prompt', 'allow');
    peers.suspend(opener, 1);
    await expect(facts()).rejects.toMatchObject({ code: 'link.refused' });
  });
});

describe('a peer that asks what it may do here', () => {
  it('learns what its own attempts meet now, and nothing of the rights of another', async () => {
    const rights = async (): Promise<unknown> => {
      const link = new FakeLink((stream) => gate.accept(stream, opener, linkInMemory().responder));
      return (await requestSystem(link.session))?.rights;
    };
    for (const right of RIGHTS) policy.set(target, right, 'allow');
    for (const right of RIGHTS) set(right, 'ask');
    const asking = {
      terminal: 'ask',
      view: 'ask',
      relay: 'ask',
      forward: 'ask',
      prompt: 'ask',
      message: 'ask',
      send: 'ask',
      wake: 'ask',
      files: 'ask',
      introduce: 'ask',
    };
    expect(await rights()).toEqual(asking);
    policy.set(opener, 'terminal', 'allow', clock.now() + 1000);
    set('relay', 'deny');
    expect(await rights()).toEqual({ ...asking, terminal: 'allow', relay: 'deny' });
    await clock.advance(1001);
    expect(await rights()).toEqual({ ...asking, relay: 'deny' });
    peers.suspend(opener, 1);
    await expect(rights()).rejects.toMatchObject({ code: 'link.refused' });
  });
});

describe('a peer that asks whether its words are confirmed here', () => {
  it('learns it once a person has confirmed them', async () => {
    const compared = async (): Promise<unknown> => {
      const link = new FakeLink((stream) => gate.accept(stream, opener, linkInMemory().responder));
      return (await requestSystem(link.session))?.compared;
    };
    expect(await compared()).toBe(true);
    const words = ['amber', 'kitchen', 'orbit', 'velvet'];
    opener = add('laptop', words);
    expect(await compared()).toBe(false);
    peers.confirmWords(opener, words);
    expect(await compared()).toBe(true);
  });
});

describe('a peer that asks which ports are open here', () => {
  const ports = async () =>
    await requestPorts(new FakeLink((stream) => gate.accept(stream, opener, linkInMemory().responder)).session);

  it('learns them with the right `forward` only, and nobody is asked [S-FWD-11]', async () => {
    for (const decision of ['ask', 'deny'] as const) {
      set('forward', decision);
      expect(await ports()).toBeUndefined();
    }
    for (const right of RIGHTS) if (right !== 'forward') set(right, 'allow');
    expect(await ports()).toBeUndefined();
    peers.setTargets(opener, [{ kind: 'connect', host: '*', ports: '*', expiresAt: null }]);
    expect(await ports()).toBeUndefined();
    expect([looks, approvals.list()]).toEqual([0, []]);
    set('forward', 'allow');
    expect(await ports()).toEqual([{ port: 22 }, { port: 5432, program: 'postgres' }]);
    peers.suspend(opener, 1);
    expect(await ports()).toBeUndefined();
  });

  it('costs one look in three seconds, however often it asks [S-FWD-11]', async () => {
    set('forward', 'allow');
    await Promise.all(Array.from({ length: 50 }, ports));
    expect(looks).toBe(1);
    await clock.advance(3000);
    await ports();
    expect(looks).toBe(2);
  });

  it('gets none if the right is taken back meanwhile [S-FWD-11]', async () => {
    set('forward', 'allow');
    const answer = ports();
    set('forward', 'ask');
    expect(await answer).toBeUndefined();
  });
});

describe('a peer that wants to pass through this device', () => {
  it('does so with the right `relay`, and with no other', async () => {
    set('terminal', 'allow');
    set('relay', 'deny');
    log.length = 0;
    await open('relay', { to: target });
    set('relay', 'allow');
    await open('relay', { to: target });
    expect(log).toEqual(['rights.denied', 'passed on']);
  });

  it('waits for a person where nothing is decided, who sees where it leads', async () => {
    await open('relay', { to: target });
    expect(log).toEqual(['asked']);
    const [request] = approvals.list();
    expect(request).toMatchObject({ right: 'relay', peerId: opener });
    expect(request?.detail).toContain('office');
    approvals.decide(request?.id ?? 0, 'approve');
    await settle();
    expect(log).toEqual(['asked', 'passed on']);
  });

  it('and whom nobody there has asked for raises no request: it passes where the right is given, and is refused otherwise [S-LINK-17]', async () => {
    await open('relay', { to: target, ask: false });
    expect([log, approvals.list()]).toEqual([['rights.unasked'], []]);
    set('relay', 'allow');
    await open('relay', { to: target, ask: false });
    expect(log).toEqual(['rights.unasked', 'passed on']);
    expect(approvals.list()).toEqual([]);
  });

  it('loses its ways with that right, and its terminals with the other one', async () => {
    set('relay', 'allow');
    set('terminal', 'allow');
    log.length = 0;
    set('relay', 'deny');
    expect(log).toEqual(['ways revoked']);
    set('terminal', 'deny');
    expect(log).toEqual(['ways revoked', 'terminals revoked', 'commands revoked']);
  });

  it('is refused when it names no way', async () => {
    for (const params of [null, {}, { to: 'office' }, { to: target, from: opener }, { to: target, ask: true }])
      await open('relay', params);
    expect(log).toEqual(Array.from({ length: 5 }, () => 'via.params'));
  });
});

describe('a peer that offers a path over UDP', () => {
  it('needs no right, since its session has the path, and gets none by it: other streams of that kind are what they were', async () => {
    for (const right of RIGHTS) set(right, 'deny');
    log.length = 0;
    await open('rpc', { service: 'udp-path', version: 1 });
    await open('rpc', { service: 'remote', version: 1 });
    await open('tcp', { service: 'udp-path', version: 1 });
    expect(log).toEqual(['udp', 'rights.denied', 'forward']);
  });
});

describe('a peer that wants to use the gateways here', () => {
  it('is refused at once without the right, and what runs for it ends with the right [S-PROMPT-1]', async () => {
    set('prompt', 'deny');
    log.length = 0;
    await open('rpc', { service: 'remote', version: 1 });
    set('prompt', 'allow');
    await open('rpc', { service: 'remote', version: 1 });
    set('prompt', 'deny');
    expect(log).toEqual(['rights.denied', 'remote', 'remote revoked']);
  });

  it('is asked about each request, and never for what nobody at the other side has asked for [S-PROMPT-1]', async () => {
    await open('rpc', {});
    const answers: unknown[] = [];
    const { signal } = new AbortController();
    const ask = async (detail: string | undefined): Promise<unknown> =>
      answers.push(
        await caller?.authorize(detail === undefined ? undefined : { detail }, signal, () => void log.push('asked')),
      );
    await ask(undefined);
    expect(answers).toMatchObject([{ code: 'rights.unasked' }]);
    void ask('send a prompt: hello');
    await settle();
    const [request] = approvals.list();
    expect(request).toMatchObject({ right: 'prompt', detail: 'send a prompt: hello' });
    approvals.decide(request?.id ?? 0, 'approve');
    await settle();
    void ask('send a prompt: bye');
    await settle();
    set('prompt', 'deny');
    await settle();
    await ask(undefined);
    expect(answers).toMatchObject([
      { code: 'rights.unasked' },
      undefined,
      { code: 'rights.denied' },
      { code: 'rights.denied' },
    ]);
  });
});

it('who comes through a peer needs no right here: it has to prove itself', async () => {
  set('relay', 'deny');
  log.length = 0;
  await open('relay', { from: target });
  expect(log).toEqual(['taken']);
});
