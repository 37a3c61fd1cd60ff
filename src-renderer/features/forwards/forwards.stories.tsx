import { useEffect, useState, type ReactElement } from 'react';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_PEERS, examplePeerId } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { useApp } from '../../store/index.ts';
import { newDraft, type Draft } from './draft.ts';
import { exampleConnection, exampleForward } from './examples.ts';
import { ExportDialog } from './export-dialog.tsx';
import { ForwardsPage } from './forwards-page.tsx';
import { HostKeyDialog } from './host-key-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RuleDialog } from './rule-dialog.tsx';

const OFFICE = examplePeerId(12);
const ATTIC = examplePeerId(7);
const NOW = Date.now();
const HOST_KEY = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8';
const FORMER_KEY = 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM';

const BROWSE = exampleForward({
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
  peer: OFFICE,
  direction: 'local',
  listen: { host: '127.0.0.1', port: 5432 },
  to: { host: 'db.office.lan', port: 5432 },
};
const DATABASE = exampleForward(
  { id: 'f2', address: '127.0.0.1:5432', url: null, total: 2, bytesIn: 91_000, bytesOut: 12_000 },
  DATABASE_RULE,
);
const PREVIEW = exampleForward(
  { id: 'f3', address: '0.0.0.0:8080', url: null, open: true, connections: 1, bytesIn: 640, bytesOut: 18_000 },
  {
    kind: 'tcp-bridge',
    name: 'Preview for everybody in the office',
    enabled: true,
    peer: OFFICE,
    direction: 'remote',
    listen: { host: '0.0.0.0', port: 8080 },
    to: { host: 'localhost', port: 5173 },
  },
);
const WIREGUARD = exampleForward(
  {
    id: 'f4',
    peerName: 'attic-nas',
    state: 'waiting',
    address: '127.0.0.1:51820',
    url: null,
    problem: { code: 'forward.linking', details: { peer: 'attic-nas' }, at: NOW - 40_000 },
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
const OFF = exampleForward(
  { id: 'f5', state: 'off', address: null, url: null },
  {
    kind: 'http-proxy',
    name: 'Proxy for updates',
    enabled: false,
    peer: OFFICE,
    listen: { host: '127.0.0.1', port: 8080 },
    user: 'updates',
  },
);
const IN_USE = exampleForward({
  id: 'f6',
  state: 'failed',
  address: null,
  url: null,
  problem: {
    code: 'forward.port-in-use',
    details: { port: 1080, free: 1081, message: 'port 1080 is in use' },
    at: NOW - 5000,
  },
});
const ASKING = exampleForward({
  id: 'f7',
  state: 'waiting',
  connections: 1,
  problem: { code: 'forward.asking', details: { peer: 'office' }, at: NOW - 5000 },
});
const REFUSED = exampleForward({
  id: 'f8',
  bytesIn: 9000,
  problem: { code: 'forward.refused', details: { peer: 'office', message: 'refused' }, at: NOW - 125_000 },
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
const ssh = (given: Partial<Omit<ForwardView, 'rule'>>): ForwardView =>
  exampleForward(
    { id: 'f9', peerName: null, address: '127.0.0.1:1090', url: 'socks5h://127.0.0.1:1090', ...given },
    SSH_RULE,
  );
const FIRST_KEY = ssh({
  state: 'waiting',
  problem: { code: 'ssh.host-key-unknown', details: { fingerprint: HOST_KEY }, at: NOW },
  hostKey: { fingerprint: HOST_KEY, before: null },
});
const CHANGED_KEY = ssh({
  state: 'failed',
  problem: { code: 'ssh.host-key-changed', details: { fingerprint: HOST_KEY, before: FORMER_KEY }, at: NOW },
  hostKey: { fingerprint: HOST_KEY, before: FORMER_KEY },
});
const auto = (ways: ForwardView['auto']): ForwardView =>
  exampleForward(
    { id: 'f10', auto: ways },
    {
      kind: 'auto',
      name: 'Whatever works',
      enabled: true,
      peer: OFFICE,
      listen: { host: '127.0.0.1', port: 1080 },
      server: SSH_RULE.server,
      user: null,
    },
  );
const AUTO = auto({
  way: 'ssh',
  probes: [
    { way: 'link', works: false, rtt: null, code: 'forward.peer-away', checkedAt: NOW - 20_000 },
    { way: 'ssh', works: true, rtt: 41.3, code: null, checkedAt: NOW - 20_000 },
  ],
});
const AUTO_WITH_KEY: ForwardView = {
  ...auto({
    way: 'link',
    probes: [
      { way: 'link', works: true, rtt: 24, code: null, checkedAt: NOW - 20_000 },
      { way: 'ssh', works: false, rtt: null, code: 'ssh.host-key-unknown', checkedAt: NOW - 20_000 },
    ],
  }),
  hostKey: { fingerprint: HOST_KEY, before: null },
};
const AUTO_WITH_CHANGED_KEY: ForwardView = {
  ...AUTO_WITH_KEY,
  id: 'f13',
  problem: { code: 'forward.refused', details: { peer: 'office', message: 'refused' }, at: NOW - 125_000 },
  hostKey: { fingerprint: HOST_KEY, before: FORMER_KEY },
};
const INI = `# SSH-Tunnel Relay
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
const IMPORTED = [
  {
    line: 2,
    rule: { ...SSH_RULE, name: 'relay-node-3', listen: { host: '127.0.0.1', port: 1080 } },
    peerName: null,
    replaces: false,
  },
  { line: 9, rule: DATABASE_RULE, peerName: 'office', replaces: true },
];
const IMPORT_ERRORS = [
  {
    line: 4,
    key: 'gateway_prt',
    code: 'ini.key',
    message: 'There is no key gateway_prt. Known are gateway_host and gateway_port.',
  },
  { line: 9, key: null, code: 'ini.peer', message: 'The section names no peer. It is one of: office, attic-nas.' },
];
const HOSTILE = exampleForward(
  { id: 'f11', peerName: '<b>office</b>\u202e', problem: null },
  { ...DATABASE_RULE, name: 'A very long name that somebody has given to a rule, all 64 of it' },
);

const CONNECTIONS = [
  exampleConnection(),
  exampleConnection({ id: 2, target: 'static.intranet.example:443', bytesIn: 44_000_000, startedAt: NOW - 3_700_000 }),
  exampleConnection({
    id: 3,
    target: '[2001:db8::17]:8443',
    source: '[::1]:40112',
    bytesIn: 0,
    bytesOut: 310,
    startedAt: NOW - 2000,
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

/** As an agent would: what is added, changed or removed is so. */
const ANSWERS: StoryAnswers = {
  'forwards.list': async () => [...useApp.getState().forwards],
  'forwards.connections': async () => [],
  'forwards.disconnect': async () => ({}),
  'forwards.add': async ({ rule }) =>
    exampleForward({ id: `new${useApp.getState().forwards.length}`, url: null }, rule),
  'forwards.update': async ({ id, rule }) =>
    exampleForward({ id, address: `${rule.listen.host}:${rule.listen.port}`, url: null }, rule),
  'forwards.remove': async () => ({}),
  'forwards.enable': async ({ id, enabled }) => {
    const before = useApp.getState().forwards.find((forward) => forward.id === id) ?? BROWSE;
    return { ...before, rule: { ...before.rule, enabled }, state: enabled ? 'ready' : 'off', problem: null };
  },
  'forwards.restart': async ({ id }) => useApp.getState().forwards.find((forward) => forward.id === id) ?? BROWSE,
  'forwards.trustHostKey': async () => ssh({}),
  'forwards.probe': async () => AUTO,
  'forwards.export': async () => ({ text: INI }),
  // As the agent: a name that is taken is an error, unless it may be replaced.
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
const WITH_CONNECTIONS: StoryAnswers = {
  ...ANSWERS,
  'forwards.connections': async () => [...CONNECTIONS, ...INCOMING],
};
const refuse = (code: string, details: Readonly<Record<string, string>>) => (): Promise<never> =>
  Promise.reject(new ClawReachError(code, code, { details }));

const page = (): ReactElement => <ForwardsPage />;
const state = (...forwards: readonly ForwardView[]): NonNullable<Story['state']> => ({
  peers: EXAMPLE_PEERS,
  forwards,
});
const ignore = (): void => undefined;

/** Opens what is folded. */
function Unfolded(): ReactElement {
  useEffect(() => {
    for (const button of document.querySelectorAll<HTMLElement>('[aria-expanded="false"][aria-controls]'))
      button.click();
  }, []);
  return <ForwardsPage />;
}

/** The form with this filled in, over the page; submitted, where what is wrong shall be seen. */
function Form({ draft, submit = false }: Readonly<{ draft?: Draft; submit?: boolean }>): ReactElement {
  useEffect(() => {
    if (!submit) return undefined;
    // A dialog comes into the page after what stands around it.
    const frame = requestAnimationFrame(() => document.querySelector('form')?.requestSubmit());
    return () => cancelAnimationFrame(frame);
  }, [submit]);
  return (
    <>
      <ForwardsPage />
      <RuleDialog draft={draft} onClose={ignore} />
    </>
  );
}

/** A form that closes, over a page whose end is out of sight. */
function Adding(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <ForwardsPage />
      {isOpen && <RuleDialog draft={newDraft('socks5', OFFICE, 'One more')} onClose={() => setOpen(false)} />}
    </>
  );
}
const MANY = Array.from({ length: 12 }, (_, index) =>
  exampleForward(
    { id: `m${index}` },
    { ...BROWSE.rule, name: `Number ${index}`, listen: { host: '127.0.0.1', port: 2000 + index } },
  ),
);

/** A file whose second section is there already. */
function Importing(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <ForwardsPage />
      {isOpen && <ImportDialog ini={INI} onClose={() => setOpen(false)} />}
    </>
  );
}

const form = (name: string, draft: Draft, submit = false): Story => ({
  name: `forwards/form, ${name}`,
  render: () => <Form draft={draft} submit={submit} />,
  state: state(BROWSE),
  answers: ANSWERS,
});

export const FORWARDS_STORIES: readonly Story[] = [
  { name: 'forwards/none', render: page, state: state(), answers: ANSWERS },
  { name: 'forwards/none, and no peer', render: page, state: { forwards: [] }, answers: ANSWERS },
  { name: 'forwards/not known yet', render: page, state: { status: undefined }, answers: ANSWERS },
  {
    name: 'forwards/several',
    render: page,
    state: state(BROWSE, DATABASE, PREVIEW, WIREGUARD, OFF),
    answers: ANSWERS,
  },
  {
    name: 'forwards/connections',
    render: () => <Unfolded />,
    state: state(BROWSE, DATABASE),
    answers: WITH_CONNECTIONS,
  },
  { name: 'forwards/port in use', render: page, state: state(IN_USE), answers: ANSWERS },
  { name: 'forwards/peer is being asked', render: page, state: state(ASKING), answers: ANSWERS },
  { name: 'forwards/a connection failed', render: page, state: state(REFUSED), answers: ANSWERS },
  { name: 'forwards/key of a server', render: page, state: state(FIRST_KEY, CHANGED_KEY), answers: ANSWERS },
  {
    name: 'forwards/ways',
    render: page,
    state: state(AUTO, {
      ...auto({ way: null, probes: [{ way: 'link', works: null, rtt: null, code: null, checkedAt: NOW }] }),
      id: 'f12',
    }),
    answers: ANSWERS,
  },
  {
    name: 'forwards/key of one of the ways',
    render: page,
    state: state(AUTO_WITH_KEY, AUTO_WITH_CHANGED_KEY),
    answers: { ...ANSWERS, 'forwards.trustHostKey': async () => ({ ...AUTO_WITH_KEY, hostKey: null }) },
  },
  {
    name: 'forwards/wireguard runs',
    render: page,
    state: state({ ...WIREGUARD, state: 'ready', problem: null, handshakeAt: NOW - 65_000, bytesIn: 91_000 }),
    answers: ANSWERS,
  },
  {
    name: 'forwards/import, nothing yet',
    render: () => <ImportDialog onClose={ignore} />,
    state: state(BROWSE),
    answers: ANSWERS,
  },
  {
    name: 'forwards/import, over the page',
    render: () => <Importing />,
    state: state(BROWSE, DATABASE),
    answers: ANSWERS,
  },
  {
    name: 'forwards/import, wrong',
    render: () => <ImportDialog onClose={ignore} ini={INI} />,
    state: state(BROWSE),
    answers: {
      ...ANSWERS,
      'forwards.import': async () => ({ rules: IMPORTED.slice(1), added: [], errors: IMPORT_ERRORS }),
    },
  },
  {
    name: 'forwards/import, right',
    render: () => <ImportDialog onClose={ignore} ini={INI} />,
    state: state(BROWSE),
    answers: {
      ...ANSWERS,
      'forwards.import': async () => ({
        rules: IMPORTED.map((rule) => ({ ...rule, replaces: false })),
        added: [],
        errors: [],
      }),
    },
  },
  {
    name: 'forwards/export',
    render: () => <ExportDialog onClose={ignore} />,
    state: state({ ...BROWSE, hasPassword: true }),
    answers: { ...ANSWERS, 'shell.saveText': async () => ({ saved: true }) },
  },
  {
    name: 'forwards/export, not saved',
    render: () => <ExportDialog onClose={ignore} />,
    state: state({ ...BROWSE, hasPassword: true }),
    answers: { ...ANSWERS, 'shell.saveText': refuse('shell.file-failed', { reason: 'the disk is full' }) },
  },
  { name: 'forwards/hostile words', render: page, state: state(HOSTILE), answers: ANSWERS },
  {
    name: 'forwards/remove',
    render: () => <RemoveDialog forward={BROWSE} onClose={ignore} />,
    state: state(BROWSE),
    answers: ANSWERS,
  },
  {
    name: 'forwards/first sight of a key',
    render: () => (
      <HostKeyDialog forward={FIRST_KEY} hostKey={{ fingerprint: HOST_KEY, before: null }} onClose={ignore} />
    ),
    answers: ANSWERS,
  },
  {
    name: 'forwards/key has changed',
    render: () => (
      <HostKeyDialog forward={CHANGED_KEY} hostKey={{ fingerprint: HOST_KEY, before: FORMER_KEY }} onClose={ignore} />
    ),
    answers: ANSWERS,
  },
  { name: 'forwards/choose a kind', render: () => <Form />, state: state(BROWSE), answers: ANSWERS },
  form('socks', newDraft('socks5', OFFICE, 'Browse elsewhere')),
  form('database', {
    ...newDraft('port-here', OFFICE, 'A database at office'),
    targetPort: '5432',
    listenPort: '5432',
  }),
  form('wireguard', { ...newDraft('wg-proxy', OFFICE, 'WireGuard through office'), targetHost: 'localhost' }),
  form('port there', newDraft('port-there', OFFICE, 'Preview')),
  form('ssh', { ...newDraft('ssh-tunnel', '', 'Jump host'), login: 'key', direction: 'local' }),
  form('folder', newDraft('folder', '', 'Pictures')),
  form(
    'folder with names',
    { ...newDraft('folder', '', 'Pictures'), path: '/home/mira/Pictures', hosts: 'files.example.net, bad/name' },
    true,
  ),
  form('ways', { ...newDraft('auto', OFFICE, 'Whatever works'), hasServer: true, login: 'password' }),
  form(
    'wrong',
    {
      ...newDraft('port-here', OFFICE, 'browse through OFFICE'),
      targetHost: 'http://db/',
      targetPort: '70000',
      listenPort: '1080',
    },
    true,
  ),
  form(
    'open to others',
    { ...newDraft('socks5', OFFICE, 'For all'), reach: 'any', hasUser: true, user: 'team', listenPort: '1081' },
    true,
  ),
  {
    name: 'forwards/edit',
    render: () => (
      <>
        <ForwardsPage />
        <RuleDialog forward={{ ...OFF, hasPassword: true }} onClose={ignore} />
      </>
    ),
    state: state(BROWSE, { ...OFF, hasPassword: true }),
    answers: ANSWERS,
  },
  {
    name: 'forwards/added, port in use',
    render: () => <Adding />,
    state: state(...MANY),
    answers: {
      ...ANSWERS,
      'forwards.add': async ({ rule }) => {
        const { port } = rule.listen;
        const problem = { code: 'forward.port-in-use', details: { port, free: port + 1, message: 'in use' }, at: NOW };
        return exampleForward({ id: 'zz', state: 'failed', address: null, url: null, problem }, rule);
      },
    },
  },
  {
    name: 'forwards/not added',
    render: () => <Form draft={{ ...newDraft('wg-proxy', OFFICE, 'WireGuard'), targetHost: 'localhost' }} submit />,
    state: state(),
    answers: { ...ANSWERS, 'forwards.add': refuse('forward.name-taken', { name: 'WireGuard' }) },
  },
];
