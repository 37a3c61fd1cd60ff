import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { STREAM_KINDS, type StreamKind } from '#shared/link/index.ts';
import { tcpParams, udpParams } from '#shared/forward/index.ts';
import { openClawFollowUp, remoteParams, openClawRequest } from '#shared/openclaw/prompts/index.ts';
import { messageParams } from '#shared/messages/index.ts';
import { guestParams } from '#shared/share-link/index.ts';
import { execParams, terminalParams } from '#shared/terminal/index.ts';
import type { ApprovalView, Right } from '#shared/app-api/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { settle } from '#test/support/fake-clock.ts';
import { AskedDevice, remote, type Terminals, type Wanted } from '#test/support/streams/asked-device.ts';
import { parametersOf } from '#test/support/streams/schema-walk.ts';
import { systemParams } from '../../../../src-main/agent/about/index.ts';
import { requestsParams } from '#agent/answering/messages.ts';
import { introductionParams } from '#agent/introductions/messages.ts';
import { commonRelayParams } from '../../../../src-main/agent/common-relay/index.ts';
import { relayOffer } from '../../../../src-main/agent/relay-offers/index.ts';
import { hopStreamParams } from '../../../../src-main/agent/links/hops/hop-stream.ts';
import { udpPathParams } from '../../../../src-main/agent/webrtc/index.ts';
import { factLines, factText, approvalText } from '../../../../src-main/cli/commands/machines/approval-format.ts';
import { noticeOf } from '../../../../src-main/desktop/notifications/approval-notices.ts';

/** Everything that a peer can send to open a stream, or as the first thing in it. */
const SCHEMAS: Readonly<Record<StreamKind, readonly z.ZodType[]>> = {
  // A guest's stream takes no parameter: its link names the terminal, and a card or the link has let it in.
  pty: [terminalParams, guestParams],
  exec: [execParams],
  tcp: [tcpParams],
  udp: [udpParams],
  relay: [hopStreamParams],
  rpc: [
    systemParams,
    commonRelayParams,
    relayOffer,
    udpPathParams,
    introductionParams,
    requestsParams,
    remoteParams,
    openClawRequest,
    openClawFollowUp,
  ],
  // What a message says is shown by its own question; see `describeMessage`.
  message: [messageParams],
  // They name a transfer that a person, or the right, has let begin.
  file: [],
};

/** Where the parameters of streams are read: the schemas of these files are those above. A new one belongs into both lists. */
const READERS = [
  'about/about.ts',
  'answering/answer-server.ts',
  'common-relay/common-relay.ts',
  'files/receiver/incoming-transfers.ts',
  'forwards/datagrams/association-server.ts',
  'introductions/target.ts',
  'links/hops/hop-destination.ts',
  'links/hops/hop-server.ts',
  'links/hops/incoming-hop-sessions.ts',
  'messages/inbox/message-server.ts',
  'messages/module.ts',
  'openclaw/prompts/server.ts',
  'page/page-streams.ts',
  'relay-offers/relay-offers.ts',
  'share-links/guest-arrivals.ts',
  'streams/stream-gate.ts',
  'targets/server.ts',
  'terminals/exec/service.ts',
  'terminals/service.ts',
  'wake-on-lan/server.ts',
  'webrtc/udp-answers.ts',
];

type Setting = Readonly<{ device: AskedDevice; terminals: Terminals; ports: readonly [number, number] }>;
type Shown = Readonly<{
  right: Right;
  /** Two requests that differ in this parameter alone. */
  of: (setting: Setting) => readonly [Wanted, Wanted];
  /** What tells them apart, as a person sees it. */
  sees: (setting: Setting) => readonly [string, string];
  /** What the audit log has of a run that was allowed before, where that is something else; null where it has nothing, by design. */
  audited?: ((setting: Setting) => readonly [string, string]) | null;
  /** The history of sessions has it as well. */
  inHistory?: boolean;
}>;
type Harmless = Readonly<{ harmless: string }>;

const start = (more: object): Wanted => ({ kind: 'exec', params: { action: 'start', ...more } });
const open = (more: object): Wanted => ({
  kind: 'pty',
  params: { action: 'open', cols: 80, rows: 24, term: 'xterm', ...more },
});
const harmless = (reason: string): Harmless => ({ harmless: reason });

const SIZE = harmless('the size of the screen, which its viewer changes at any time');
const OF_ITSELF = harmless('what it asks is told to every peer that is not refused, or takes from itself only');
const OWN_STREAM = harmless('a number of its own stream, which tells answers apart');
const NOT_ASKED = harmless('nobody is ever asked about that: only the right as a whole lets it through');
const ANSWERED = harmless('answers a request that a person sees whole, where one here lets that: agent/answering');
const REPORTED = harmless("the word of a terminal's holder about its guests, which is kept in the logs as such");
const ITS_SESSION = harmless('another path of the session it came by, which proves itself like every other');

const TERMINAL_ID: Pick<Shown, 'sees'> = {
  sees: ({ terminals }) => [terminals.own[0].slice(0, 8), terminals.own[1].slice(0, 8)],
};
const GATEWAY: Pick<Shown, 'right' | 'sees' | 'audited'> = {
  right: 'prompt',
  sees: () => ['Lab', 'Home'],
  audited: () => ['gateway-of-the-lab', 'gateway-at-home'],
};

const PARAMETERS: Readonly<Record<string, Shown | Harmless>> = {
  'pty open.cols': SIZE,
  'pty open.rows': SIZE,
  'pty open.term': {
    right: 'terminal',
    of: () => [open({ term: 'xterm' }), open({ term: 'vt52' })],
    sees: () => ['xterm', 'vt52'],
    inHistory: true,
  },
  'pty open.command': {
    right: 'terminal',
    of: () => [open({ command: ['ls', '/srv'] }), open({ command: ['ls', '/etc'] })],
    sees: () => ['ls /srv', 'ls /etc'],
    inHistory: true,
  },
  'pty open.directory': {
    right: 'terminal',
    of: () => [
      open({ command: ['./backup.sh'], directory: '/usr' }),
      open({ command: ['./backup.sh'], directory: '/tmp' }),
    ],
    sees: () => ['/usr', '/tmp'],
    inHistory: true,
  },
  'pty open.shell': {
    right: 'terminal',
    of: () => [open({ shell: '/bin/sh' }), open({ shell: '/bin/bash' })],
    sees: () => ['/bin/sh', '/bin/bash'],
    audited: () => ['sh', 'bash'],
    inHistory: true,
  },
  'pty open.tellFolder': harmless('whether a folder exists, which its shell could tell as well'),
  'pty attach.cols': SIZE,
  'pty attach.rows': SIZE,
  'pty attach.terminal': {
    right: 'terminal',
    // Nobody is asked about its own.
    of: ({ device, terminals: { shared } }) => {
      for (const peer of [device.laptop, device.office]) device.marked.add(peer);
      return [takeOver(shared[0]), takeOver(shared[1])];
    },
    sees: ({ terminals: { shared } }) => [shared[0].slice(0, 8), shared[1].slice(0, 8)],
  },
  'pty attach.takeOver': harmless(
    'without it nobody is asked, and a terminal of another device is refused; with it, whose terminal it is, is shown, and must be the same when the yes comes',
  ),
  'pty list.programs': {
    right: 'terminal',
    of: () => [
      { kind: 'pty', params: { action: 'list' } },
      { kind: 'pty', params: { action: 'list', programs: true } },
    ],
    sees: () => ['list its terminals', 'list its terminals and what runs in them'],
    audited: null,
  },
  'pty list.commands': {
    right: 'terminal',
    of: () => [
      { kind: 'pty', params: { action: 'list', programs: true } },
      { kind: 'pty', params: { action: 'list', programs: true, commands: true } },
    ],
    sees: () => ['list its terminals and what runs in them', 'list its terminals and commands, and what runs in them'],
    audited: null,
  },
  'pty guests.terminal': REPORTED,
  'pty guests.link': REPORTED,
  'pty guests.role': REPORTED,
  'pty guests.event': REPORTED,
  'pty guests.guest.id': REPORTED,
  'pty guests.guest.name': REPORTED,
  'pty guests.automatic': REPORTED,
  'pty guests.until': REPORTED,
  'pty guests.code': REPORTED,
  'pty list.ask': harmless('only false: nobody is asked then, and only the right as a whole lets it through'),
  'pty list.folders': harmless('more about its own programs, which it could ask its shell'),
  'pty list.watched': harmless('its own that it looks at now: nobody is asked about that'),
  'pty list.own': harmless('its own, each of which was approved for it: nobody is asked about that'),
  'pty view.terminal': {
    right: 'view',
    of: ({ terminals: { shared } }) => [view(shared[0]), view(shared[1])],
    sees: ({ terminals: { shared } }) => [shared[0].slice(0, 8), shared[1].slice(0, 8)],
  },
  'pty share.terminal': {
    right: 'terminal',
    of: ({ terminals: { own }, device }) => [share(own[0], device.tablet), share(own[1], device.tablet)],
    ...TERMINAL_ID,
  },
  'pty share.peer': {
    right: 'terminal',
    of: ({ terminals: { own }, device }) => [share(own[0], device.office), share(own[0], device.tablet)],
    sees: ({ device }) => [`office (${device.office.slice(0, 7)}`, `tablet (${device.tablet.slice(0, 7)}`],
    audited: ({ device }) => [device.office, device.tablet],
  },
  'pty unshare.terminal': OF_ITSELF,
  'pty unshare.peer': OF_ITSELF,
  'exec start.command': {
    right: 'terminal',
    of: () => [start({ command: ['ls', '/srv'] }), start({ command: ['ls', '/etc'] })],
    sees: () => ['ls /srv', 'ls /etc'],
    inHistory: true,
  },
  'exec start.directory': {
    right: 'terminal',
    of: () => [
      start({ command: ['./backup.sh'], directory: '/usr' }),
      start({ command: ['./backup.sh'], directory: '/tmp' }),
    ],
    sees: () => ['/usr', '/tmp'],
    inHistory: true,
  },
  'exec pipe.exec': harmless('a stream of a command of its own that was let in and runs already'),
  'exec pipe.pipe': harmless('which of its three streams'),
  'tcp to.host': {
    right: 'forward',
    of: ({ ports }) => [connect('127.0.0.1', ports[0]), connect('127.0.0.2', ports[0])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.2:${ports[0]}`],
  },
  'tcp to.port': {
    right: 'forward',
    of: ({ ports }) => [connect('127.0.0.1', ports[0]), connect('127.0.0.1', ports[1])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.1:${ports[1]}`],
  },
  'tcp listen.host': {
    right: 'forward',
    of: ({ ports }) => [listen('127.0.0.1', ports[0]), listen('127.0.0.2', ports[0])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.2:${ports[0]}`],
  },
  'tcp listen.port': {
    right: 'forward',
    of: ({ ports }) => [listen('127.0.0.1', ports[0]), listen('127.0.0.1', ports[1])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.1:${ports[1]}`],
  },
  'tcp from.listener': harmless('a connection that this device has asked the peer for itself'),
  'tcp from.address': harmless('where such a connection came from, for the list of connections'),
  'udp flow': OWN_STREAM,
  'udp idle': harmless('after how long without a datagram it ends'),
  'udp token': harmless('gives its own former association the port that it had'),
  'udp to.host': {
    right: 'forward',
    of: ({ ports }) => [datagrams('127.0.0.1', ports[0]), datagrams('127.0.0.2', ports[0])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.2:${ports[0]}`],
  },
  'udp to.port': {
    right: 'forward',
    of: ({ ports }) => [datagrams('127.0.0.1', ports[0]), datagrams('127.0.0.1', ports[1])],
    sees: ({ ports }) => [`127.0.0.1:${ports[0]}`, `127.0.0.1:${ports[1]}`],
  },
  'relay to': {
    right: 'relay',
    of: ({ device }) => [
      { kind: 'relay', params: { to: device.office } },
      { kind: 'relay', params: { to: device.tablet } },
    ],
    sees: ({ device }) => [device.office, device.tablet],
  },
  'relay ask': harmless('only false: nobody is asked then, and only the right as a whole lets it through'),
  'relay from': harmless('who comes through the peer proves itself as if it came by itself'),
  'rpc facts': harmless('only true: peers with a right here then learn facts about this machine'),
  'rpc admit': harmless(
    'only true: a trusted peer is then enrolled at the relay that both use, as after a pairing there',
  ),
  'rpc relay': harmless('only compared with the proof of its own relay; nobody is asked about that'),
  'rpc url': harmless('an offer of a relay is always asked about and shows it: integration/agent/relay-offers.test.ts'),
  'rpc pin': harmless('shown with that offer'),
  'rpc introduction': harmless(
    'newcomer, permissions and end are shown; the rest is only compared: agent/introductions/target.test.ts',
  ),
  'rpc certificate': harmless('that of the newcomer, whose whole ID is shown'),
  'rpc name': harmless('shown with the introduction'),
  'rpc end': harmless('takes an introduction back: nobody is asked, and the newcomer has less'),
  'rpc changed': harmless('only true: this device asks for facts about the peer then, at most once a second'),
  'rpc decide.approval': ANSWERED,
  'rpc decide.answer': ANSWERED,
  'rpc decide-gateway.key': ANSWERED,
  'rpc decide-gateway.answer': ANSWERED,
  'rpc system': harmless('what the peer says of itself, for a picture in a list'),
  'rpc udp-path.offer.fragment': ITS_SESSION,
  'rpc udp-path.offer.password': ITS_SESSION,
  'rpc udp-path.offer.fingerprint': ITS_SESSION,
  'rpc prompt.request_id': OWN_STREAM,
  'rpc prompt.data.prompt': {
    right: 'prompt',
    of: () => [remote('prompt', { prompt: 'water the plants' }), remote('prompt', { prompt: 'delete my mail' })],
    sees: () => ['water the plants', 'delete my mail'],
    // Its length only: what somebody says to an agent does not belong there.
    audited: null,
  },
  'rpc prompt.data.session': {
    right: 'prompt',
    of: () => [
      remote('prompt', { prompt: 'go on', session: 'garden' }),
      remote('prompt', { prompt: 'go on', session: 'bank' }),
    ],
    sees: () => ['garden', 'bank'],
  },
  'rpc prompt.data.gateway': {
    ...GATEWAY,
    of: () => [
      remote('prompt', { prompt: 'go on', gateway: 'Lab' }),
      remote('prompt', { prompt: 'go on', gateway: 'Home' }),
    ],
  },
  'rpc status.request_id': OWN_STREAM,
  'rpc status.data.gateway': {
    ...GATEWAY,
    of: () => [remote('status', { gateway: 'Lab' }), remote('status', { gateway: 'Home' })],
  },
  'rpc restart.request_id': OWN_STREAM,
  'rpc restart.data.gateway': {
    ...GATEWAY,
    of: () => [
      remote('restart', { gateway: 'Lab', confirm: true }),
      remote('restart', { gateway: 'Home', confirm: true }),
    ],
  },
  'rpc restart.data.confirm': {
    right: 'prompt',
    of: () => [remote('restart', { confirm: false }), remote('restart', { confirm: true })],
    sees: () => ['see what a restart of OpenClaw would break off', 'restart OpenClaw; what it is doing is broken off'],
    audited: () => ['"confirm":false', '"confirm":true'],
  },
  'rpc workflow.request_id': OWN_STREAM,
  'rpc workflow.data.workflow': {
    right: 'prompt',
    of: () => [remote('workflow', { workflow: 'water' }), remote('workflow', { workflow: 'harvest' })],
    sees: () => ['water', 'harvest'],
  },
  'rpc workflow.data.params': {
    right: 'prompt',
    of: () => [
      remote('workflow', { workflow: 'water', params: { what: 'roses' } }),
      remote('workflow', { workflow: 'water', params: { what: 'cactus' } }),
    ],
    sees: () => ['roses', 'cactus'],
    audited: null,
  },
  'rpc workflow.data.gateway': {
    ...GATEWAY,
    of: () => [
      remote('workflow', { workflow: 'water', gateway: 'Lab' }),
      remote('workflow', { workflow: 'water', gateway: 'Home' }),
    ],
  },
  'rpc workflows.request_id': OWN_STREAM,
  'rpc watch.request_id': NOT_ASKED,
  'rpc watch.data.gateway': NOT_ASKED,
  'rpc type': harmless('goes on with, or calls off, what the stream was opened for'),
  'rpc request_id': OWN_STREAM,
};

function takeOver(terminal: string): Wanted {
  return { kind: 'pty', params: { action: 'attach', terminal, cols: 80, rows: 24, takeOver: true } };
}
function view(terminal: string): Wanted {
  return { kind: 'pty', params: { action: 'view', terminal } };
}
function share(terminal: string, peer: string): Wanted {
  return { kind: 'pty', params: { action: 'share', terminal, peer } };
}
function connect(host: string, port: number): Wanted {
  return { kind: 'tcp', params: { to: { host, port } } };
}
function listen(host: string, port: number): Wanted {
  return { kind: 'tcp', params: { listen: { host, port } } };
}
/** Those of the side that has made the link are odd. */
let flow = -1;
function datagrams(host: string, port: number): Wanted {
  flow += 2;
  return { kind: 'udp', params: { flow, to: { host, port } } };
}

const SHOWN = Object.entries(PARAMETERS).flatMap(([name, parameter]) =>
  'of' in parameter ? [[name, parameter] as const] : [],
);

let device: AskedDevice | undefined;
afterEach(() => {
  device?.close();
  device = undefined;
});

async function setUp(right: Right, decision: 'ask' | 'allow'): Promise<Setting> {
  const created = new AskedDevice();
  device = created;
  if (decision === 'allow') created.set('allow', right);
  const terminals = await created.openTerminals();
  return { device: created, terminals, ports: [await freePort(), await freePort()] };
}

/** What a person sees of a request, everywhere. */
function outlets(approval: ApprovalView): Readonly<Record<string, string>> {
  return {
    'the command approvals': [approvalText(approval), ...factLines(approval.facts)].join('\n'),
    'a line of the command history': `${approvalText(approval)} [${factText(approval.facts)}]`,
    // It shows both in full: `renderer/approvals/facts.test.ts`, `integration/renderer/approvals.test.ts`.
    'the window': JSON.stringify([approval.detail, approval.facts]),
    'the notification': noticeOf([approval]).body,
  };
}

describe('every parameter of every kind of stream', () => {
  it('is shown to the person who is asked, or named here as harmless, with a reason [S-ASK-3]', () => {
    const names = STREAM_KINDS.flatMap((kind) =>
      SCHEMAS[kind].flatMap((schema) => parametersOf(schema).map((name) => `${kind} ${name}`)),
    );
    expect(names.toSorted()).toEqual(Object.keys(PARAMETERS).toSorted());
  });

  it('is read in places that are known here [S-ASK-3]', () => {
    const folder = join(import.meta.dirname, '../../../../src-main/agent');
    const readers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /\b(?:stream|incoming|offer|control)\.params\b|params \}: IncomingStream/.test(
          readFileSync(join(folder, file), 'utf8'),
        ),
      )
      .map((file) => file.replaceAll('\\', '/'));
    expect(readers.toSorted()).toEqual(READERS);
  });

  it('of kind file is refused without a service for files, whatever it says', async () => {
    const { device: asked } = await setUp('terminal', 'allow');
    const stream = await asked.open({ kind: 'file', params: { command: ['rm', '-rf', '/'] } });
    expect(stream.outcome).toContain('this device takes no files');
  });
});

describe('a command without a terminal', () => {
  it('is another request than the same command on a terminal, and says so', async () => {
    const { device: asked } = await setUp('terminal', 'ask');
    await asked.open(open({ command: ['ls'] }));
    await asked.open(start({ command: ['ls'] }));
    expect(asked.pending).toHaveLength(2);
    const [plain] = asked.pending;
    for (const [where, text] of Object.entries(plain === undefined ? {} : outlets(plain)))
      expect({ where, text }).toEqual({ where, text: expect.stringContaining('no terminal') as string });
  });
});

describe.each(SHOWN)('%s', (_name, parameter) => {
  const { right, of, sees, audited, inHistory = false } = parameter;

  it('is seen wherever a person is asked, and makes two requests of two that differ in it [S-ASK-3]', async () => {
    const setting = await setUp(right, 'ask');
    const wanted = of(setting);
    const words = sees(setting);
    for (const index of [0, 1] as const) {
      await setting.device.open(wanted[index]);
      expect(setting.device.pending).toHaveLength(index + 1);
      const [approval] = setting.device.pending;
      expect(approval?.right).toBe(right);
      for (const [where, text] of Object.entries(approval === undefined ? {} : outlets(approval)))
        expect({ where, text }).toEqual({ where, text: expect.stringContaining(words[index]) as string });
    }
    const [second, first] = setting.device.pending.map((approval) => JSON.stringify(outlets(approval)));
    expect(second).not.toBe(first);
  });

  it('is not covered by a yes to another value, nor by one that is remembered for that request [S-ASK-3]', async () => {
    const setting = await setUp(right, 'ask');
    const { approvals } = setting.device;
    const [one, other] = of(setting);
    await setting.device.open(one);
    const second = await setting.device.open(other);
    const first = setting.device.pending.at(-1)?.id ?? 0;
    approvals.remembering(first)?.();
    if (setting.device.pending.some(({ id }) => id === first)) approvals.decide(first, 'approve');
    await settle(20);
    expect(setting.device.pending).toHaveLength(1);
    expect(second.outcome).toBeNull();
  });

  it('is asked about after a refusal of another value [S-ASK-3]', async () => {
    const setting = await setUp(right, 'ask');
    const [one, other] = of(setting);
    await setting.device.open(one);
    setting.device.approvals.decide(setting.device.pending[0]?.id ?? 0, 'not-now');
    await settle(20);
    const again = await setting.device.open(of(setting)[0]);
    expect([again.outcome === null && right !== 'prompt', setting.device.pending.length]).toEqual([false, 0]);
    await setting.device.open(other);
    expect(setting.device.pending).toHaveLength(1);
  });

  it('is in the audit log: of a request, and of a run that was allowed before [S-ASK-3]', async () => {
    const asking = await setUp(right, 'ask');
    await asking.device.open(of(asking)[1]);
    const word = (right === 'prompt' ? (audited === null ? undefined : sees(asking)[1]) : sees(asking)[1]) ?? '';
    expect(await asking.device.auditText()).toContain(JSON.stringify(JSON.stringify(word)).slice(3, -3));
    asking.device.close();
    if (audited === null) return;
    const allowed = await setUp(right, 'allow');
    await allowed.device.open(of(allowed)[1]);
    const [, expected] = (audited ?? sees)(allowed);
    await vi.waitFor(async () => expect(await allowed.device.auditText()).toContain(expected), { timeout: 20_000 });
    const written = inHistory ? JSON.stringify(await allowed.device.history()) : expected;
    expect(written).toContain(expected);
  });
});
