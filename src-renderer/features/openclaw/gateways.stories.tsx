import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { exampleRequest } from '../../stories/examples/index.ts';
import type { AppState } from '../../store/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { AddDialog } from './add-gateway/add-dialog.tsx';
import { Administration } from './administration/administration.tsx';
import { DeviceDialog, type DeviceAction } from './administration/device-dialog.tsx';
import { EditDialog } from './gateways/edit-dialog.tsx';
import {
  EXAMPLE_POLICY,
  exampleDevice,
  exampleGatewayView,
  exampleRun,
  FINGERPRINT,
  FORMER_FINGERPRINT,
  ROLE_OFF,
} from './example-gateways.ts';
import { FingerprintDialog } from './certificate/fingerprint-dialog.tsx';
import { PromptPageState } from './prompts/prompt-page-state.ts';
import { OpenClawPage } from './openclaw-page.tsx';
import { AddNodeDialog } from './gateways/add-node-dialog.tsx';
import { RemoveGatewayDialog } from './gateways/remove-dialog.tsx';
import { RunRuleDialog } from './node/run-rule-dialog.tsx';
import {
  GATEWAY_ANSWERS,
  CHANGED,
  CONNECTED,
  MANY_DEVICES,
  nothing,
  NOW,
  PENDING_COMMANDS,
  PENDING_DEVICE,
  problem,
  REAPPROVAL,
  stopped,
  UNKNOWN,
  waiting,
} from './story-data.ts';

const never = (): Promise<never> => new Promise(() => undefined);

const gatewayPlace = (gateway: GatewayView | undefined): AppState['openClaw'] =>
  gateway === undefined ? undefined : { kind: 'gateway', id: gateway.id };

const page = (name: string, gateways: readonly GatewayView[], answers: StoryAnswers = {}): Story => ({
  frame: 'none',
  name: `gateways/${name}`,
  render: () => <OpenClawPage prompts={new PromptPageState()} />,
  state: { gateways, place: { page: 'openclaw' }, openClaw: gatewayPlace(gateways[0]) },
  answers: { ...GATEWAY_ANSWERS, ...answers },
});
const over = (name: string, gateway: GatewayView, dialog: ReactElement, answers: StoryAnswers = {}): Story => ({
  frame: 'none',
  name: `gateways/${name}`,
  render: () => (
    <>
      <OpenClawPage />
      {dialog}
    </>
  ),
  state: { gateways: [gateway], place: { page: 'openclaw' }, openClaw: gatewayPlace(gateway) },
  answers: { ...GATEWAY_ANSWERS, ...answers },
});
const certificateOf = ({ certificate }: GatewayView): NonNullable<GatewayView['certificate']> =>
  certificate ?? { fingerprint: FINGERPRINT, before: null, trusted: false };
const device = (name: string, action: DeviceAction): Story => ({
  name: `gateways/${name}`,
  render: () => (
    <>
      <Administration gateway={CONNECTED} onBack={nothing} />
      <DeviceDialog gateway={CONNECTED} device={exampleDevice()} action={action} onDone={nothing} onClose={nothing} />
    </>
  ),
  state: { gateways: [CONNECTED], place: { page: 'openclaw' }, openClaw: gatewayPlace(CONNECTED) },
  answers: GATEWAY_ANSWERS,
});
const section = (
  name: string,
  which: 'devices' | 'nodes',
  answers: StoryAnswers = {},
  gateway: GatewayView = CONNECTED,
): Story => ({
  name: `gateways/${name}`,
  render: () => <Administration gateway={gateway} section={which} onBack={nothing} />,
  state: { gateways: [gateway], place: { page: 'openclaw' }, openClaw: gatewayPlace(gateway) },
  answers: { ...GATEWAY_ANSWERS, ...answers },
});
const RUNS = [
  exampleRun({
    id: 5,
    command: 'rsync -a --delete /srv/photos/ backup:/photos/',
    outcome: 'running',
    startedAt: NOW - 42_000,
    endedAt: null,
    exitCode: null,
    outputLength: 0,
  }),
  exampleRun({
    id: 4,
    command: `curl -s https://example.net/${'x'.repeat(300)}\u202Egnp.exe`,
    outcome: 'denied',
    exitCode: null,
    outputLength: 0,
  }),
  exampleRun({ id: 3, command: 'make test', outcome: 'finished', exitCode: 2, outputLength: 18_233 }),
  exampleRun({ id: 2, command: 'sleep 9999', outcome: 'timed-out', exitCode: null, outputLength: 0 }),
  exampleRun(),
];
const node = (name: string, answers: StoryAnswers = {}, gateway: GatewayView = CONNECTED): Story => ({
  frame: 'none',
  name: `gateways/${name}`,
  render: () => <OpenClawPage prompts={new PromptPageState()} />,
  state: {
    gateways: [gateway],
    place: { page: 'openclaw' },
    openClaw: { kind: 'node' },
    nodeRuns: RUNS,
  },
  answers: { ...GATEWAY_ANSWERS, ...answers },
});

const ASKING = exampleRequest({
  kind: 'run',
  key: 'cellar run 8',
  gateway: CONNECTED.id,
  command: 'rsync -a --delete /srv/photos/ backup:/photos/',
  directory: '/home/mira/work',
});
const runs = (name: string, gateways: readonly GatewayView[]): Story => {
  const plain = page(name, gateways);
  return {
    ...plain,
    state: { ...plain.state, nodeRuns: RUNS, requests: [ASKING] },
  };
};

/** Stories of gateways, of this machine as a node, of a gateway's devices and nodes, and of their dialogs. */
export const GATEWAYS_STORIES: readonly Story[] = [
  page('none', []),
  page('connected', [CONNECTED]),
  runs('connected, with programs run here', [CONNECTED, UNKNOWN]),
  page('several', [CONNECTED, UNKNOWN, PENDING_DEVICE]),
  page('pairing, device', [PENDING_DEVICE]),
  page('pairing, commands', [PENDING_COMMANDS]),
  page('more commands, restarting', [REAPPROVAL]),
  page('token wrong', [stopped('Cellar', 'gateway.token-wrong')]),
  page('refused', [waiting('Cellar', 'gateway.refused', { host: 'cellar.example.net', port: 18_789 })]),
  page('rate limited', [waiting('Cellar', 'gateway.rate-limited', { retryAfter: 95 })]),
  page('version', [stopped('Cellar', 'gateway.protocol', { ours: '4', theirs: '5' })]),
  page('certificate unknown', [UNKNOWN]),
  page('certificate changed', [CHANGED]),
  page('off', [
    exampleGatewayView({
      settings: {
        operator: { enabled: false, access: 'full' },
        node: { enabled: false, name: 'mira-laptop', capabilities: [] },
      },
      operator: ROLE_OFF,
      node: ROLE_OFF,
      server: null,
    }),
  ]),
  over(
    'fingerprint, first sight',
    UNKNOWN,
    <FingerprintDialog gateway={UNKNOWN} certificate={certificateOf(UNKNOWN)} onClose={nothing} />,
  ),
  over(
    'fingerprint, changed',
    CHANGED,
    <FingerprintDialog gateway={CHANGED} certificate={certificateOf(CHANGED)} onClose={nothing} />,
  ),
  over('add', CONNECTED, <AddDialog onClose={nothing} />),
  over('add, pasted', CONNECTED, <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />),
  over('add, unreachable', CONNECTED, <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />, {
    'gateways.probe': async () => ({
      reachable: false,
      problem: problem('gateway.refused', { host: 'cellar.example.net', port: 18_789 }),
      fingerprint: null,
      trusted: false,
      subject: null,
      validUntil: null,
    }),
  }),
  over(
    'add, another certificate',
    CONNECTED,
    <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />,
    {
      'gateways.probe': async () => ({
        reachable: true,
        problem: null,
        fingerprint: FORMER_FINGERPRINT,
        trusted: false,
        subject: 'openclaw-gateway',
        validUntil: null,
      }),
    },
  ),
  over('edit', CONNECTED, <EditDialog gateway={CONNECTED} onClose={nothing} />),
  over(
    'edit, token wrong',
    stopped('Cellar', 'gateway.token-wrong'),
    <EditDialog gateway={stopped('Cellar', 'gateway.token-wrong')} onClose={nothing} />,
  ),
  over('remove', CONNECTED, <RemoveGatewayDialog gateway={CONNECTED} onClose={nothing} />),
  over('add node', CONNECTED, <AddNodeDialog gateway={CONNECTED} onClose={nothing} />),
  over('add node, no code', PENDING_COMMANDS, <AddNodeDialog gateway={PENDING_COMMANDS} onClose={nothing} />),
  section('devices', 'devices'),
  section('devices, many', 'devices', { 'devices.list': async () => MANY_DEVICES }),
  section('devices, reading', 'devices', { 'devices.list': never }),
  section('devices, failed', 'devices', {
    'devices.list': () =>
      Promise.reject(new ClawReachError('gateway.scope', 'no right', { details: { missing: 'operator.pairing' } })),
  }),
  section('devices, away', 'devices', {}, PENDING_DEVICE),
  section('nodes', 'nodes'),
  section('nodes, none', 'nodes', { 'nodes.list': async () => [] }),
  device('device, rename', { kind: 'rename' }),
  device('device, remove', { kind: 'remove' }),
  device('device, rotate', { kind: 'rotate', role: 'operator' }),
  device('device, revoke', { kind: 'revoke', role: 'node' }),
  node('node'),
  node(
    'node, everything runs',
    { 'node.policy.get': async () => ({ ...EXAMPLE_POLICY, default: 'allow' }) },
    PENDING_COMMANDS,
  ),
  node('node, reading', { 'node.policy.get': never }),
  node('node, nothing set', { 'node.policy.get': async () => ({ default: 'ask', rules: [], folders: [] }) }),
  {
    frame: 'none',
    name: 'gateways/node, new rule',
    render: () => (
      <>
        <OpenClawPage />
        <RunRuleDialog onAdded={nothing} onClose={nothing} />
      </>
    ),
    state: { gateways: [CONNECTED], place: { page: 'openclaw' }, openClaw: { kind: 'node' } },
    answers: GATEWAY_ANSWERS,
  },
];
