import {
  HOSTED_RELAY_OFF,
  OUTSIDE_OFF,
  type AgentStatus,
  type CallInput,
  type CallOutput,
  type DiscoveryView,
  type HostedRelay,
  type PairingResult,
  type RelayOutside,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { text } from '../../locale/index.ts';
import { useApp, type Pairing } from '../../store/index.ts';
import {
  EXAMPLE_FACTS,
  EXAMPLE_NEARBY,
  EXAMPLE_STATUS,
  examplePeer,
  exampleApproval,
} from '../../stories/examples/index.ts';
import { Pressing, type Press, type Story, type StoryAnswers } from '../../stories/index.ts';
import { Card } from '../../ui/index.ts';
import { PresetChoice } from '../peers/index.ts';
import { DefaultRelayOffer } from './relay/default-relay.tsx';
import { HostRelay } from './relay/host-relay.tsx';
import { PairingDialog } from './pairing-dialog.tsx';
import { RelayForm } from './relay/relay-form.tsx';

const DEVICE = 'CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A';
const PIN = '3f9ac41e07d25b86e1704c9d2a6b8f305cd47e91a8036fb2d95e1c7048ba62fd';
const CODE = 'ABCD-1234';
const EXAMPLE_LINK =
  'clawreach://pair?v=1&relay=wss%3A%2F%2Frelay.example.net%3A7474&key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' +
  `&tls=B2K9GHPOKYTfOpXwS6YBXLcSbcgjftk0j-pFoPtWsQw&peer=${DEVICE}&secret=AAECAwQFBgcICQoLDA0ODw`;

const PEER = examplePeer({
  peerId: DEVICE,
  shortId: 'CP5AZN7',
  linked: false,
  rtt: null,
  address: null,
  pairedAt: 1_795_000_000_000,
  lastSeenAt: null,
});
const RESULT: PairingResult = { peer: PEER, words: ['amber', 'kitchen', 'orbit', 'velvet'] };

const NO_RELAY: AgentStatus = {
  version: '0.1.0',
  pid: 4711,
  startedAt: 1_795_000_000_000,
  profile: '/home/mira/.config/clawreach',
  device: { name: 'mira-laptop', peerId: `Y${DEVICE.slice(1)}`, shortId: 'YP5AZN7', generation: 1 },
  relay: { url: null, state: 'none', problem: null, retryAt: null, secure: false, keyId: null },
  secretStore: 'file',
  peers: { known: 0, online: 0, linked: 0 },
  terminals: { serving: 0, using: 0 },
  approvalsPending: 0,
};

const HOSTED: HostedRelay = {
  state: 'running',
  url: 'wss://192.168.4.17:7474',
  addresses: ['wss://192.168.4.17:7474', 'wss://mira-laptop.local:7474'],
  pin: PIN,
  admission: 'V7Q2-M9KD-4TXB-E8RW',
  problem: null,
  outside: OUTSIDE_OFF,
};

/** Never resolves; ends with the story. */
const pending = (): Promise<never> => new Promise(() => undefined);
const fail = (code: string, details: ClawReachError['details'] = {}) => {
  return (): Promise<never> => Promise.reject(new ClawReachError(code, code, { details }));
};

/** An invitation with nearly ten minutes left that no machine joins. */
const INVITING: StoryAnswers = {
  'relay.ready': async () => NO_RELAY.relay,
  'pairing.invite': async ({ link }) => invitation(link === true, 9 * 60_000 + 41_000),
  'pairing.result': pending,
  'pairing.cancel': async () => ({}),
};

const PAIRING: StoryAnswers = {
  ...INVITING,
  'discovery.get': async () => EXAMPLE_NEARBY,
  'discovery.search': async () => EXAMPLE_NEARBY,
  'pairing.join': async () => RESULT,
  'pairing.confirm': async () => PEER,
  'peers.forget': async () => ({ told: true }),
  'peers.rename': async ({ name }) => ({ ...PEER, name }),
  'peers.setOwn': async ({ own }) => ({ ...PEER, own }),
  'rights.set': async ({ decision, expiresAt }) => ({
    ...PEER,
    rights: {
      terminal: { decision, expiresAt },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      view: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
      message: { decision: 'ask', expiresAt: null },
      send: { decision: 'ask', expiresAt: null },
      wake: { decision: 'ask', expiresAt: null },
      files: { decision: 'deny', expiresAt: null },
      introduce: { decision: 'ask', expiresAt: null },
    },
  }),
};

function invitation(link: boolean, left: number, pin: string | null = null): CallOutput<'pairing.invite'> {
  const expiresAt = Date.now() + left;
  return {
    pairing: 1,
    code: link ? null : CODE,
    link: link ? EXAMPLE_LINK : null,
    pin,
    expiresAt,
    relay: 'wss://relay.example.net:7474',
    addresses: ['192.168.4.20:7473'],
  };
}

/** The same network after its second machine shows a code, and with it its name. */
const SHOWING: DiscoveryView = {
  ...EXAMPLE_NEARBY,
  devices: EXAMPLE_NEARBY.devices.map((device) =>
    device.name === null ? { ...device, name: 'fileserver', inviting: true } : device,
  ),
};

/** The same network while none of its machines shows a code. */
const QUIET: StoryAnswers = Object.fromEntries(
  (['discovery.get', 'discovery.search'] as const).map((call) => [
    call,
    async () => ({
      ...EXAMPLE_NEARBY,
      devices: EXAMPLE_NEARBY.devices.map((device) => ({ ...device, inviting: false })),
    }),
  ]),
);

/** A machine without an address of a home or office network. */
const NO_NETWORK: StoryAnswers = Object.fromEntries(
  (['discovery.get', 'discovery.search'] as const).map((call) => [
    call,
    async () => ({ ...EXAMPLE_NEARBY, networks: 0, devices: [] }),
  ]),
);

type DialogStory = Readonly<{
  mode?: Pairing['mode'];
  typed?: string | null;
  answers?: StoryAnswers;
  status?: AgentStatus;
  state?: Story['state'];
  press?: readonly Press[];
}>;

function story(name: string, { mode = 'join', typed = null, answers, status, state, press = [] }: DialogStory): Story {
  return {
    name: `pairing/${name}`,
    render: () => (
      <Pressing steps={press}>
        <PairingDialog renderPreset={(peer) => <PresetChoice peer={peer} />} />
      </Pressing>
    ),
    state: { pairing: { mode, codeOrLink: typed }, ...(status === undefined ? {} : { status }), ...state },
    answers: { ...PAIRING, ...(status === NO_RELAY ? HERE : {}), ...answers },
  };
}

/** Answers as an agent without a relay. */
const HERE: StoryAnswers = {
  'pairing.invite': async ({ link }) => ({ ...invitation(link === true, 9 * 60_000 + 41_000), relay: null }),
};

const CONNECT = text('pairing.join.submit');

function joinError(code: string, details?: ClawReachError['details']): Story {
  return story(`join error ${code}`, {
    typed: CODE,
    answers: { 'pairing.join': fail(code, details) },
    press: [CONNECT],
  });
}

/** Answers as an agent whose relay can't be reached. */
async function inviteHere({ link }: CallInput<'pairing.invite'>): Promise<CallOutput<'pairing.invite'>> {
  const away = { url: 'wss://relay.example.org:7474', returns: link !== true };
  return { ...invitation(link === true, 300_000), relay: null, addresses: ['192.168.4.20:7473'], away };
}

/** Answers as an agent that another machine has removed from the relay. */
async function inviteRemoved(input: CallInput<'pairing.invite'>): Promise<CallOutput<'pairing.invite'>> {
  const away = { url: 'wss://relay.example.org:7474', returns: false, problem: 'relay.removed' };
  return { ...(await inviteHere(input)), away };
}

function inviteError(code: string): Story {
  return story(`invite error ${code}`, { mode: 'invite', answers: { 'pairing.result': fail(code) } });
}

function relayForm(name: string, answers: StoryAnswers, url = 'wss://relay.example.net', press = [USE]): Story {
  return {
    name: `relay/${name}`,
    render: () => (
      <Pressing steps={press}>
        <Card>
          <RelayForm purpose="both" url={url} onReady={() => undefined} />
        </Card>
      </Pressing>
    ),
    answers: { 'relay.configure': async () => NO_RELAY.relay, 'relay.ready': pending, ...answers },
    frame: 'page',
  };
}

/** Answers about the relay of this machine. */
const RELAY_HERE: StoryAnswers = {
  'shell.relay.start': pending,
  'shell.relay.stop': async () => HOSTED_RELAY_OFF,
  'shell.relay.outside': pending,
  'relay.advertised': async () => ({ url: null }),
};

function hostedRelay(name: string, relay: HostedRelay, status: AgentStatus = EXAMPLE_STATUS): Story {
  return {
    name: `relay/${name}`,
    render: () => (
      <Card>
        <HostRelay />
      </Card>
    ),
    state: { hostedRelay: relay, status },
    answers: { ...RELAY_HERE, 'relay.goBack': async () => status.relay },
    frame: 'page',
  };
}

/** The relay that a build suggests. */
function defaultRelay(admission: 'open' | 'token'): Story {
  return {
    name: `relay/suggested, ${admission}`,
    render: () => (
      <Card>
        <DefaultRelayOffer onReady={() => undefined} />
      </Card>
    ),
    state: {
      status: NO_RELAY,
      facts: {
        ...EXAMPLE_FACTS,
        defaultRelay: {
          name: 'Example Co-op',
          url: 'wss://relay.example.net',
          pin: null,
          terms: 'https://example.net/terms',
          admission,
        },
      },
    },
    frame: 'page',
  };
}

const USE = text('relay.form.submit');
/** This machine uses the relay that it runs itself. */
const OWN: AgentStatus = {
  ...EXAMPLE_STATUS,
  relay: { ...EXAMPLE_STATUS.relay, url: HOSTED.url, own: true },
};
const INSTEAD: AgentStatus = { ...OWN, relayBefore: EXAMPLE_STATUS.relay.url ?? '' };
const OFF = HOSTED_RELAY_OFF;

const OUTSIDE_NONE: RelayOutside = { ...OUTSIDE_OFF, state: 'no-router' };

/** Each result of asking the router for a port. */
const OUTSIDES: Readonly<Record<string, RelayOutside>> = {
  'asking the router': { ...OUTSIDE_OFF, state: 'mapping' },
  'port open': {
    state: 'mapped',
    url: 'wss://198.51.100.24:7474',
    address: '198.51.100.24',
    method: 'upnp',
    permanent: true,
  },
  'address shared': { ...OUTSIDE_OFF, state: 'shared', address: '100.72.3.9', method: 'pcp' },
  'router refuses': { ...OUTSIDE_OFF, state: 'refused', method: 'nat-pmp' },
  'no router': OUTSIDE_NONE,
};

export const PAIRING_STORIES: readonly Story[] = [
  story('choose', { mode: 'choose' }),
  story('choose, a machine of the network', {
    mode: 'choose',
    press: [text('discovery.pair.label', { host: '192.168.4.31' })],
  }),
  story('choose, a machine that shows no code yet', {
    mode: 'choose',
    press: [text('discovery.pair.label', { host: '192.168.4.4' })],
    answers: {
      'discovery.get': async (_input, { connection }) => {
        // A test decides when the machine shows its code.
        addEventListener('code-shown', () => connection.emit('discovery.changed', SHOWING), { once: true });
        return EXAMPLE_NEARBY;
      },
    },
  }),
  story('choose, another code than the machine shows', {
    mode: 'choose',
    answers: { 'pairing.join': fail('pairing.not-there', { address: '192.168.4.31:7473' }) },
    press: [
      text('discovery.pair.label', { host: '192.168.4.31' }),
      { fill: text('pairing.join.field'), value: CODE },
      CONNECT,
    ],
  }),
  story('choose, a code of a machine that shows none', {
    mode: 'choose',
    answers: { 'pairing.join': fail('pairing.not-there', { address: '192.168.4.4:7473' }) },
    press: [
      text('discovery.pair.label', { host: '192.168.4.4' }),
      { fill: text('pairing.join.field'), value: CODE },
      CONNECT,
    ],
  }),
  story('add a relay', { mode: 'choose', status: NO_RELAY, press: [text('first-run.relay.add')] }),
  story('add a relay, running here', {
    mode: 'choose',
    status: OWN,
    state: { hostedRelay: { ...HOSTED, outside: OUTSIDE_NONE } },
    answers: RELAY_HERE,
    press: [text('first-run.relay.open')],
  }),
  story('add a relay, starting', {
    mode: 'choose',
    status: NO_RELAY,
    state: { hostedRelay: OFF },
    answers: {
      ...RELAY_HERE,
      'shell.relay.start': async () => {
        useApp.setState({ hostedRelay: HOSTED, status: OWN });
        return HOSTED;
      },
    },
    press: [text('first-run.relay.add')],
  }),
  story('invite, relay of this network', { mode: 'invite', status: OWN, state: { hostedRelay: HOSTED } }),
  story('invite link, relay of this network', {
    mode: 'invite',
    status: OWN,
    state: { hostedRelay: HOSTED },
    press: [{ see: CODE }, text('pairing.show.link')],
  }),
  story('add a relay over SSH', {
    mode: 'choose',
    status: NO_RELAY,
    answers: { 'relayServers.hosts': async () => [] },
    press: [text('first-run.relay.add'), `radio ${text('relay.step.ssh')}${text('relay.step.ssh.for')}`],
  }),
  story('invite through the relay', { mode: 'invite-link', status: OWN, state: { hostedRelay: HOSTED } }),
  story('invite preparing', { mode: 'invite', answers: { 'pairing.invite': pending } }),
  story('invite waiting', { mode: 'invite' }),
  story('invite waiting with a pin', {
    mode: 'invite',
    answers: { 'pairing.invite': async ({ link }) => invitation(link === true, 300_000, PIN) },
  }),
  story('invite at an older relay', {
    mode: 'invite',
    answers: { 'pairing.invite': async ({ link }) => ({ ...invitation(link === true, 300_000), alone: true }) },
  }),
  story('invite link', { mode: 'invite', press: [{ see: CODE }, text('pairing.show.link')] }),
  story('invite link without a relay', {
    mode: 'invite',
    status: NO_RELAY,
    press: [{ see: CODE }, text('pairing.show.link')],
  }),
  story('invite, back at the code', {
    mode: 'invite',
    status: NO_RELAY,
    press: [{ see: CODE }, text('pairing.show.link'), text('pairing.show.back')],
  }),
  story('invite, ended by a code', {
    mode: 'invite',
    answers: { 'pairing.join': fail('pairing.wrong-code') },
    press: [{ see: CODE }, { fill: text('pairing.join.field'), value: CODE }, CONNECT],
  }),
  story('choose, no home network', { mode: 'choose', status: NO_RELAY, answers: NO_NETWORK }),
  story('invite, no home network', { mode: 'invite', status: NO_RELAY, answers: NO_NETWORK }),
  story('join, no home network', {
    typed: CODE,
    status: NO_RELAY,
    answers: { ...NO_NETWORK, 'pairing.join': fail('pairing.not-found') },
    press: [CONNECT],
  }),
  story('invite, relay of this computer', {
    mode: 'invite',
    status: { ...NO_RELAY, relay: { ...EXAMPLE_STATUS.relay, url: 'wss://127.0.0.1:7474' } },
  }),
  story('invite expired', {
    mode: 'invite',
    answers: { 'pairing.invite': async ({ link }) => invitation(link === true, 0) },
  }),
  story('invite joined', {
    mode: 'invite',
    answers: {
      'pairing.result': async (_input, { progress }) => {
        progress('joined');
        return await pending();
      },
    },
  }),
  story('invite confirming', {
    mode: 'invite',
    answers: {
      'pairing.result': async (_input, { progress }) => {
        progress('confirming');
        return await pending();
      },
    },
  }),
  story('invite without a relay', { mode: 'invite', status: NO_RELAY }),
  story('invite, relay away', { mode: 'invite', answers: { 'pairing.invite': inviteHere } }),
  story('invite link, relay away', {
    mode: 'invite',
    press: [{ see: CODE }, text('pairing.show.link')],
    answers: { 'pairing.invite': inviteHere },
  }),
  story('invite, removed from the relay', { mode: 'invite', answers: { 'pairing.invite': inviteRemoved } }),
  inviteError('pairing.wrong-code'),
  inviteError('pairing.use-link'),
  inviteError('pairing.too-many'),
  inviteError('pairing.commitment'),
  inviteError('relay.not-connected'),
  inviteError('relay.admission-needed'),

  story('join empty', {}),
  story('scan', {
    answers: {
      'shell.camera': async ({ on }) => {
        // Recorded for the test: the camera is requested and released.
        const page = globalThis as { cameraAsked?: boolean[] };
        page.cameraAsked = [...(page.cameraAsked ?? []), on];
        return { allowed: on };
      },
    },
  }),
  story('join typing', { typed: 'ABCD-1' }),
  story('join complete', { typed: CODE }),
  story('join invalid', { typed: 'ABCD-U234' }),
  story('join link', { typed: EXAMPLE_LINK }),
  story('join broken link', { typed: EXAMPLE_LINK.slice(0, 90) }),
  story('join without a relay', { typed: CODE, status: NO_RELAY }),
  story('join relay first', {
    typed: CODE,
    status: NO_RELAY,
    answers: { 'pairing.join': fail('pairing.not-found') },
    press: [CONNECT, text('pairing.remedy.relay')],
  }),
  story('join progress', { typed: CODE, answers: { 'pairing.join': pending }, press: [CONNECT] }),
  story('join leaving', {
    typed: CODE,
    answers: { 'pairing.join': pending },
    press: [CONNECT, text('pairing.cancel')],
  }),
  joinError('pairing.wrong-code'),
  joinError('pairing.expired'),
  joinError('pairing.used'),
  joinError('pairing.self'),
  joinError('pairing.wrong-device'),
  joinError('pairing.other-relay', { url: 'wss://one.example.net:7474', own: 'wss://two.example.net:7474' }),
  joinError('relay.nameplate'),
  story('join, address', { mode: 'choose', press: [text('pairing.other-ways'), text('pairing.remedy.address')] }),
  joinError('pairing.not-found'),
  story('join error, no code shown', {
    typed: CODE,
    answers: { ...QUIET, 'pairing.join': fail('pairing.not-found') },
    press: [CONNECT],
  }),
  joinError('pairing.name', { name: 'nas.local' }),
  joinError('pairing.not-there', { address: '192.168.4.20:7473' }),
  joinError('pairing.several', { addresses: '192.168.4.20:7473, 192.168.4.66:7473' }),
  joinError('relay.unreachable'),
  joinError('relay.untrusted', { pin: PIN }),
  joinError('relay.not-configured'),

  story('words', { typed: CODE, press: [CONNECT] }),
  story('words leaving', { typed: CODE, press: [CONNECT, { see: text('pairing.words.match') }, text('ui.close')] }),
  story('words differ', { typed: CODE, press: [CONNECT, text('pairing.words.differ')] }),
  story('words differ there', {
    typed: CODE,
    press: [CONNECT, text('pairing.words.match')],
    answers: { 'pairing.confirm': fail('peer.forgot', { name: 'office' }) },
  }),
  story('words differ, says the other machine', {
    typed: CODE,
    press: [CONNECT, text('pairing.words.match')],
    answers: { 'pairing.confirm': fail('peer.forgot', { name: 'office', because: 'words' }) },
  }),
  story('done', { typed: CODE, press: [CONNECT, text('pairing.words.match')] }),
  story('done, asks there', {
    typed: CODE,
    press: [CONNECT, text('pairing.words.match')],
    answers: {
      'pairing.confirm': async () => ({
        ...PEER,
        online: true,
        rightsThere: { at: Date.now(), rights: { terminal: 'ask' } },
      }),
    },
  }),
  story('done, and a request arrives', {
    typed: CODE,
    press: [CONNECT, text('pairing.words.match')],
    state: { approvals: [exampleApproval({ peerId: PEER.peerId, peerName: PEER.name })] },
  }),
  story('done again', {
    typed: CODE,
    press: [CONNECT],
    answers: {
      'pairing.join': async () => ({
        ...RESULT,
        peer: {
          ...PEER,
          pairing: { words: RESULT.words, compared: true, pending: {} },
          rights: { ...PEER.rights, view: { decision: 'allow', expiresAt: null } },
        },
      }),
    },
  }),
  story('done, keeps what was allowed', {
    typed: CODE,
    press: [CONNECT, text('pairing.words.match')],
    answers: {
      'pairing.confirm': async () => ({
        ...PEER,
        comparedThere: true,
        rights: { ...PEER.rights, terminal: { decision: 'allow', expiresAt: Date.now() + 30 * 60_000 } },
      }),
      'targets.list': async () => [
        { kind: 'connect', host: 'localhost', ports: '8080', protocol: 'tcp', expiresAt: null },
      ],
    },
  }),
  story('done, my machine', {
    typed: CODE,
    press: [
      CONNECT,
      text('pairing.words.match'),
      { see: text('access.preset.mine') },
      `radio ${text('access.preset.mine')}`,
    ],
  }),

  ...(['open', 'token'] as const).map(defaultRelay),
  relayForm('form empty', {}, '', []),
  relayForm('form missing', {}, ''),
  relayForm('form invalid', {}, 'https://relay.example.net/path'),
  relayForm('form not encrypted', {}, 'ws://192.168.4.17:7474'),
  relayForm('form connecting', {}),
  relayForm('form untrusted', { 'relay.ready': fail('relay.untrusted', { pin: PIN }) }),
  relayForm('form other pin', {
    'relay.ready': fail('relay.other-pin', { url: 'wss://relay.example:7474', seen: PIN, expected: PIN }),
  }),
  relayForm('form token needed', { 'relay.ready': fail('relay.admission-needed') }),
  relayForm('form refused, another stays', { 'relay.configure': fail('relay.admission') }, 'wss://relay.example.org'),
  relayForm('form token wrong', { 'relay.ready': fail('relay.admission') }),
  relayForm('form not found', { 'relay.ready': fail('relay.dns') }),
  relayForm('form refused', {
    'relay.ready': fail('relay.connection-refused', { authority: 'relay.example.net:7474' }),
  }),
  hostedRelay('host off', OFF),
  hostedRelay('host off, another relay away', OFF, {
    ...EXAMPLE_STATUS,
    relay: { ...EXAMPLE_STATUS.relay, state: 'connecting' },
  }),
  hostedRelay('host off, no relay', OFF, NO_RELAY),
  hostedRelay('host starting', { ...OFF, state: 'starting' }),
  hostedRelay('host running', HOSTED, OWN),
  {
    ...hostedRelay('host to test', HOSTED, OWN),
    state: { hostedRelay: HOSTED, status: OWN, peers: [examplePeer({ name: 'office', online: true })] },
  },
  ...Object.entries(OUTSIDES).map(([name, outside]) => hostedRelay(`host ${name}`, { ...HOSTED, outside }, OWN)),
  hostedRelay('host running instead', HOSTED, INSTEAD),
  hostedRelay('host running beside', HOSTED),
  hostedRelay('host failed', { ...OFF, state: 'failed', problem: 'internal' }),
  hostedRelay(
    'host stopped by itself',
    { ...OFF, state: 'failed', problem: 'hosted-relay.failed' },
    {
      ...INSTEAD,
      relay: { ...INSTEAD.relay, state: 'waiting', problem: 'relay.hosted-off-before' },
    },
  ),
];
