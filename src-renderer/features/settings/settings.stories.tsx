import {
  DEFAULT_WINDOW_SETTINGS,
  type AgentStatus,
  OUTSIDE_OFF,
  type HostedRelay,
  type NetworkProxyView,
  type NetworkView,
  type PageCheckView,
  type SavedCommand,
  type SecretLocation,
  type ShellFacts,
  type SshConfigView,
  type UpdatesView,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_PEERS, EXAMPLE_STATUS } from '../../stories/examples/index.ts';
import type { Story } from '../../stories/index.ts';
import { KeysSection } from './keys/keys-section.tsx';
import { MoveSecretDialog } from './security/move-secret-dialog.tsx';
import { AuthorityDialog } from './network/proxy-authorities.tsx';
import { ProxyPart } from './network/proxy-part.tsx';
import { OpenDashboard } from './network/open-dashboard.tsx';
import { PageCheck } from './network/page-check.tsx';
import { NetworkSection } from './network/network-section.tsx';
import { RelayDialog, RelaySection } from './network/relay-section.tsx';
import { DeviceSection } from './security/device-section.tsx';
import { SecuritySection } from './security/security-section.tsx';
import type { SettingsSection } from './sections.ts';
import { SettingsPage } from './settings-page.tsx';
import styles from './settings.module.css';
import { TerminalSection } from './general/terminal-section.tsx';

const PEER_ID = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';

const STATUS: AgentStatus = {
  ...EXAMPLE_STATUS,
  device: { name: 'mira-laptop', peerId: PEER_ID.replace('C', 'Y'), shortId: 'YR5K8ZT', generation: 1 },
};

const FACTS: ShellFacts = {
  kind: 'desktop',
  platform: 'linux',
  version: '0.1.0',
  electron: '45.4.1',
  tray: true,
  canHostRelay: true,
  defaultRelay: null,
  ownsAgent: true,
  secretStore: { protection: 'encrypted', backend: 'gnome-libsecret', problem: null },
};

const RUNNING_RELAY: HostedRelay = {
  state: 'running',
  url: 'wss://192.168.4.17:7474',
  addresses: ['wss://192.168.4.17:7474', 'wss://mira-laptop.local:7474'],
  pin: '5a'.repeat(32),
  admission: 'kP3x-Vw8q-Lm2t',
  problem: null,
  outside: OUTSIDE_OFF,
};

const NETWORK: NetworkView = {
  listen: 'on',
  port: 7473,
  listening: 7473,
  problem: null,
  addresses: ['192.168.4.17:7473', '[2001:db8:4:17::5]:7473', '[fd12:3456:789a:1:2c4b:9aff:fe01:2345]:7473'],
};

const PROXY: NetworkProxyView = {
  mode: 'system',
  address: null,
  user: null,
  password: false,
  inUse: null,
  authorities: [],
};
const OWN_PROXY: NetworkProxyView = {
  mode: 'manual',
  address: 'http://proxy.example:3128',
  user: 'ada',
  password: true,
  inUse: { address: 'http://proxy.example:3128', source: 'manual' },
  authorities: [
    { id: 'ab'.repeat(32), subject: 'Example Corporation Root CA 2024', expiresAt: Date.UTC(2034, 4, 17) },
    { id: 'cd'.repeat(32), subject: 'Inspection Gateway of the Berlin Office', expiresAt: Date.UTC(2024, 0, 2) },
  ],
};

const PAGE_CHECK: PageCheckView = {
  url: 'wss://relay.example:7474',
  at: Date.UTC(2026, 10, 23, 9, 12),
  outcome: 'same',
  version: '0.1.0',
  hash: '3f2a9c41d07be865',
  findings: [],
};

/** Notes the address that the page has opened. */
const OPENS: NonNullable<Story['answers']> = {
  'shell.openLink': async ({ url }) => {
    document.documentElement.dataset['opened'] = url;
    return {};
  },
};

const SSH_CONFIG: SshConfigView = {
  installed: true,
  file: '/home/mira/.config/clawreach/ssh_config',
  config: '/home/mira/.ssh/config',
  hosts: ['office', 'nas', 'build-server-in-the-cellar'].map((name, index) => ({
    host: `${name}.claw`,
    peer: 'ABC'.charAt(index).repeat(56),
    name,
    user: 'mira',
  })),
  text: '',
  problem: null,
};

const ANSWERS: NonNullable<Story['answers']> = {
  'sshConfig.get': async () => ({ ...SSH_CONFIG, installed: false }),
  'sshConfig.set': async ({ installed }) => ({ ...SSH_CONFIG, installed }),
  ...OPENS,
  'network.get': async () => NETWORK,
  'network.set': async ({ listen = NETWORK.listen, port = NETWORK.port }) => ({ ...NETWORK, listen, port }),
  'relayPage.get': async () => ({ daily: true, last: PAGE_CHECK }),
  'relayPage.check': async () => PAGE_CHECK,
  'relayPage.set': async ({ daily }) => ({ daily, last: PAGE_CHECK }),
  'network.proxy.get': async () => PROXY,
  'network.proxy.set': async () => PROXY,
  'messages.loops': async () => ({ inARow: 50, inTenMinutes: 200 }),
  'messages.setLoops': async ({ inARow = 50, inTenMinutes = 200 }) => {
    document.documentElement.dataset['loops'] = `${inARow} ${inTenMinutes}`;
    return { inARow, inTenMinutes };
  },
  'shell.command.get': async () => ({
    state: 'installed',
    path: '/home/mira/.local/bin/clawreach',
    by: 'link',
    missingInPath: null,
  }),
};
const SAVED_COMMANDS: readonly SavedCommand[] = [
  {
    name: 'deploy',
    line: 'cd shop && git switch {{branch}} && make {{target}} && systemctl --user restart shop.service',
  },
  { name: 'uptime', line: 'uptime' },
];
const UPDATES: UpdatesView = {
  installed: '0.1.0',
  way: 'self',
  available: true,
  checkedAt: Date.UTC(2026, 10, 23, 9, 12),
  state: { name: 'idle' },
};
const failing = (code: string) => () => Promise.reject(new ClawReachError(code, code));

/** Shows the page of the settings with the section that the name is about. */
function story(name: string, given: Pick<Story, 'state' | 'answers'> = {}, section = sectionOf(name)): Story {
  return {
    name: `settings/${name}`,
    render: () => <SettingsPage />,
    ...given,
    state: { ...given.state, settingsPlace: { section, setting: undefined, serial: 1 } },
    answers: { ...ANSWERS, ...given.answers },
  };
}

/** Section that a story's name is about. */
function sectionOf(name: string): SettingsSection {
  if (/relay/.test(name)) return 'relay';
  if (/key/.test(name)) return 'security';
  if (/browser/.test(name)) return 'background';
  if (/tray/.test(name)) return 'device';
  return 'appearance';
}

const relay = STATUS.relay;
/** Shows the security section alone, which is far down on its page. */
function security(name: string, secretStore: string, facts: ShellFacts): Story {
  const status = { ...STATUS, secretStore };
  return {
    name: `settings/key: ${name}`,
    render: () => (
      <div className={styles['page']}>
        <SecuritySection status={status} facts={facts} />
      </div>
    ),
    state: { status, facts },
  };
}

/** Shows the proxy part, which is further down. */
function proxy(name: string, answers: Story['answers']): Story {
  return {
    name: `settings/proxy ${name}`,
    render: () => (
      <div className={styles['page']}>
        <ProxyPart />
      </div>
    ),
    answers: { ...ANSWERS, ...answers },
  };
}

/** Shows the network section, which is far down. */
function network(name: string, answers: Story['answers']): Story {
  return {
    name: `settings/network ${name}`,
    render: () => (
      <div className={styles['page']}>
        <NetworkSection />
      </div>
    ),
    answers: { ...ANSWERS, ...answers },
  };
}
const asNetwork = (change: Partial<NetworkView>) => ({ 'network.get': async () => ({ ...NETWORK, ...change }) });

/** Moving fails because the key store doesn't work. */
function moving(location: SecretLocation): Story {
  return {
    name: `settings/key: to the ${location}`,
    render: () => <MoveSecretDialog location={location} file={`${STATUS.profile}/secret`} onClose={() => undefined} />,
    answers: { 'shell.secret.keep': failing('store.key-store-unavailable') },
  };
}

const inFile = (problem: ShellFacts['secretStore']['problem'], backend: string | null): ShellFacts => ({
  ...FACTS,
  secretStore: { protection: 'file', backend, problem },
});

const withRelay = (change: Partial<typeof relay>) => ({
  status: { ...STATUS, relay: { ...relay, ...change } },
});
const browserFacts = {
  ...FACTS,
  kind: 'browser' as const,
  electron: null,
  tray: false,
  canHostRelay: false,
  ownsAgent: false,
  secretStore: { protection: 'file' as const, backend: null, problem: null },
};

export const SETTINGS_STORIES: readonly Story[] = [
  story('desktop', { state: { status: { ...STATUS, secretStore: 'gnome-libsecret' } } }),
  ...(
    [
      'terminals',
      'saved-commands',
      'keys',
      'background',
      'device',
      'relay',
      'security',
      'messages',
      'updates',
      'command',
      'about',
    ] as const
  ).map((section) =>
    story(
      `section ${section}`,
      { state: { updates: UPDATES, peers: EXAMPLE_PEERS, savedCommands: SAVED_COMMANDS } },
      section,
    ),
  ),
  {
    name: 'settings/list',
    render: () => <SettingsPage />,
    answers: ANSWERS,
  },
  {
    name: 'settings/marked',
    render: () => <SettingsPage />,
    state: { settingsPlace: { section: 'terminals', setting: 'settings.terminals.scrollback', serial: 1 } },
    answers: ANSWERS,
  },
  story('browser', { state: { facts: browserFacts } }),
  ...(['security', 'device', 'about'] as const).map((section) =>
    story(
      `in a browser, ${section}`,
      {
        state: {
          facts: EXAMPLE_BROWSER_FACTS,
          servedPage: { version: '0.1.0', hash: '3f9a1c52d07be846' },
          status: { ...STATUS, secretStore: 'browser', profile: 'relay.example:7474' },
          peers: EXAMPLE_PEERS,
        },
      },
      section,
    ),
  ),
  story('no tray', { state: { facts: { ...FACTS, tray: false } } }),
  story('no key store', {
    state: {
      facts: { ...FACTS, secretStore: { protection: 'file', backend: null, problem: 'no-key-store' } },
    },
  }),
  story('key store locked', {
    state: {
      facts: {
        ...FACTS,
        secretStore: { protection: 'file', backend: 'gnome-libsecret', problem: 'key-store-locked' },
      },
    },
  }),
  security('in the key store', 'gnome-libsecret', FACTS),
  security('in a file by choice', 'file', inFile(null, 'gnome-libsecret')),
  security('no key store', 'file', inFile('no-key-store', null)),
  security('key store locked', 'file', inFile('key-store-locked', 'gnome-libsecret')),
  security('agent of a command', 'file', { ...inFile(null, null), ownsAgent: false }),
  security('browser', 'file', browserFacts),
  network('takes connections', {}),
  network('outbound only', asNetwork({ listen: 'outbound-only', listening: null, addresses: [] })),
  network('another port', asNetwork({ listening: 41_873, addresses: ['192.168.4.17:41873'] })),
  network('cannot listen', asNetwork({ listening: null, problem: 'direct.listen', addresses: [] })),
  network('no address', asNetwork({ addresses: [] })),
  network('ssh names', { 'sshConfig.get': async () => SSH_CONFIG }),
  network('not saved', { 'network.set': failing('store.write') }),
  proxy('own', { 'network.proxy.get': async () => OWN_PROXY }),
  proxy('of the system', {
    'network.proxy.get': async () => ({
      ...PROXY,
      inUse: { address: 'http://proxy.example:8080', source: 'environment' },
    }),
  }),
  proxy('refused', {
    'network.proxy.get': async () => OWN_PROXY,
    'network.proxy.set': failing('relay.proxy-address'),
  }),
  {
    name: 'settings/proxy add an authority',
    render: () => <AuthorityDialog open onClose={() => undefined} onAdded={() => undefined} />,
    answers: { 'network.proxy.set': failing('relay.proxy-authority') },
  },
  network('reading', { 'network.get': () => new Promise<never>(() => undefined) }),
  network('not read', { 'network.get': failing('control.timeout') }),
  {
    name: 'settings/keys changed',
    state: {
      settings: {
        ...DEFAULT_WINDOW_SETTINGS,
        keys: { 'terminal.search': ['Mod+Shift+T', 'F9'], 'window.palette': ['Mod+P'], 'terminal.broadcast': [] },
      },
    },
    render: () => <KeysSection />,
    answers: {
      'shell.settings.set': async (settings) => {
        document.documentElement.dataset['saved'] = JSON.stringify(settings.keys);
        return settings;
      },
    },
  },
  {
    name: 'settings/keys not saved',
    render: () => <KeysSection />,
    answers: { 'shell.settings.set': failing('store.write') },
  },
  moving('file'),
  moving('key-store'),
  story('no relay', { state: withRelay({ url: null, state: 'none', secure: true, keyId: null }) }),
  story('relay waits', {
    state: withRelay({ state: 'waiting', problem: 'relay.connection-refused', retryAt: Date.now() + 42_000 }),
  }),
  story('relay here is off', {
    state: {
      status: {
        ...STATUS,
        relay: { ...relay, url: RUNNING_RELAY.url, own: true, state: 'waiting', problem: 'relay.hosted-off-before' },
        relayBefore: 'wss://relay.example.net:7474',
      },
      facts: browserFacts,
    },
  }),
  story('relay refuses', { state: withRelay({ state: 'failed', problem: 'relay.key-mismatch' }) }),
  story('relay without TLS', { state: withRelay({ url: 'ws://192.168.4.20:7474', secure: false }) }),
  story('relay runs here', {
    state: { ...withRelay({ url: RUNNING_RELAY.url }), hostedRelay: RUNNING_RELAY },
  }),
  {
    name: 'settings/dashboard of the relay',
    render: () => (
      <div className={styles['page']}>
        <OpenDashboard />
      </div>
    ),
    state: withRelay({}),
    answers: {
      'account.dashboard': async () => ({ url: 'https://relay.example:7474/dashboard' }),
      ...OPENS,
    },
  },
  {
    name: 'settings/relay without a dashboard',
    render: () => <RelaySection status={STATUS} />,
    state: withRelay({}),
    answers: {
      'account.dashboard': async () => {
        document.documentElement.dataset['asked'] = 'yes';
        return { url: null };
      },
      'relayPage.get': async () => ({ daily: true, last: null }),
    },
  },
  {
    name: 'settings/page of the relay differs',
    render: () => (
      <div className={styles['page']}>
        <PageCheck />
      </div>
    ),
    answers: {
      'relayPage.get': async () => ({
        daily: true,
        last: {
          ...PAGE_CHECK,
          outcome: 'differs',
          findings: [
            { path: '/assets/dashboard-B516PIRC.js', problem: 'changed' },
            { path: '/dashboard', problem: 'headers' },
          ],
        },
      }),
    },
  },
  {
    name: 'settings/change relay',
    render: () => <RelayDialog relay={relay} open onClose={() => undefined} />,
    state: {
      status: {
        ...STATUS,
        relay: { ...relay, pin: '3f9ac41e07d25b86e1704c9d2a6b8f305cd47e91a8036fb2d95e1c7048ba62fd' },
      },
    },
    answers: { 'relay.configure': failing('relay.untrusted') },
  },
  {
    name: 'settings/terminals',
    render: () => <TerminalSection />,
    state: {
      peers: EXAMPLE_PEERS,
      settings: {
        ...DEFAULT_WINDOW_SETTINGS,
        terminal: {
          ...DEFAULT_WINDOW_SETTINGS.terminal,
          theme: 'github-light',
          darkTheme: 'tokyo-night',
          fontFamily: 'A font that is not here',
          fontSize: 16,
          lineHeight: 130,
          cursorStyle: 'bar',
          rightClick: 'copy-paste',
          clipboard: [
            { place: `peer ${PEER_ID}`, allowed: true },
            { place: 'gateway gone', allowed: false },
          ],
        },
      },
    },
  },
  {
    name: 'settings/background',
    render: () => <DeviceSection status={STATUS} facts={FACTS} />,
    answers: {
      'shell.autostart.get': async () => ({ state: 'on', problem: 'shell.autostart-held.win32', file: null }),
    },
  },
  {
    name: 'settings/background, paused',
    render: () => <DeviceSection status={STATUS} facts={{ ...FACTS, tray: false }} />,
    state: { status: { ...STATUS, paused: { since: 1_795_000_000_000, until: null } } },
  },
  story('light theme chosen', {
    state: {
      settings: {
        ...DEFAULT_WINDOW_SETTINGS,
        theme: 'light',
        terminal: { ...DEFAULT_WINDOW_SETTINGS.terminal, cursorBlink: true, webgl: false },
      },
    },
  }),
  story('messages, cannot save', { answers: { 'messages.setLoops': failing('store.write') } }, 'messages'),
  story('no saved commands', { state: { savedCommands: [] } }, 'saved-commands'),
  story('cannot save', {
    answers: { 'shell.settings.set': failing('store.write'), 'device.rename': failing('store.write') },
  }),
  story('other version of the agent', { state: { status: { ...STATUS, version: '0.2.0' } } }),
  story('reading', { state: { status: undefined, facts: undefined } }),
];
