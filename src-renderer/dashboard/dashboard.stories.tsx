import { PlatformError, type ProjectView } from '#shared/platform/index.ts';
import { text } from '../locale/index.ts';
import { Pressing, type Press, type Story } from '../stories/index.ts';
import { quoteUntrusted } from '../ui/index.ts';
import { BOB, DEVICES, HOME, PEOPLE, PROJECTS, RELAY, STORY_RELAY } from './story-data.ts';
import { StoryFrame } from './story-frame.tsx';
import type { StoryRelay } from './story-client.ts';
import { PROJECT_TABS, SETTINGS_TABS, type ProjectTab, type Route, type SettingsTab } from './router/index.ts';

const SIGNED_OUT: StoryRelay = {
  ...STORY_RELAY,
  'account.get': new PlatformError('platform.signed-out', 'signed out'),
};
const NOTHING: StoryRelay = {
  ...STORY_RELAY,
  'projects.list': { projects: [] },
  'devices.list': { devices: [] },
  'invitations.mine': { invitations: [] },
  'passkeys.list': { passkeys: [] },
  'tokens.list': { tokens: [] },
};
const BUILD_SERVER = 'Build server in the cellar';
const AWAY = new PlatformError('platform.unreachable', 'away');

function story(name: string, route: Route, relay: StoryRelay = STORY_RELAY): Story {
  return { name: `dashboard/${name}`, frame: 'none', render: () => <StoryFrame route={route} relay={relay} /> };
}

/** The plain device is online. */
const ONLINE_NODE: StoryRelay = {
  ...STORY_RELAY,
  'devices.list': { devices: DEVICES.filter(({ label }) => label === BUILD_SERVER) },
};

/** Dialog, opened on its page by the steps of a person. */
function dialog(name: string, route: Route, steps: readonly Press[], relay: StoryRelay = STORY_RELAY): Story {
  return {
    name: `dashboard/dialog, ${name}`,
    frame: 'none',
    render: () => (
      <Pressing steps={steps}>
        <StoryFrame route={route} relay={relay} />
      </Pressing>
    ),
  };
}

const DEVICES_PAGE = { page: 'devices' } as const;
const projectTab = (tab: ProjectTab): Route => ({ page: 'project', project: HOME, tab });
const settingsTab = (tab: SettingsTab): Route => ({ page: 'settings', tab });
const actionsOf = (device: string): string => text('devices.actions', { name: quoteUntrusted(device) });
const PASSKEY = quoteUntrusted('Chrome on Linux');
const ADD_PLAIN: readonly Press[] = [
  text('devices.plain.add'),
  { fill: text('devices.label'), value: 'Printer' },
  text('devices.plain.create'),
];
const ADD_PROGRAM: readonly Press[] = [
  text('project.programs.add'),
  { fill: text('devices.label'), value: 'Office assistant' },
  { fill: text('project.programs.id'), value: 'office-bot' },
  text('project.programs.create'),
];
const INVITE: readonly Press[] = [
  text('project.invite'),
  { fill: text('auth.email'), value: 'mary@example.org' },
  text('project.invite.apply'),
];
const NEW_TOKEN: readonly Press[] = [
  text('account.tokens.create'),
  { fill: text('account.tokens.name'), value: 'Backup script' },
  text('account.tokens.create.apply'),
];
const CHANGE_PASSWORD: readonly Press[] = [
  text('account.password.change'),
  { fill: text('auth.password.new'), value: 'a sentence that is long' },
  text('site.save'),
];
/** Ada as a member of the project, which she may leave. */
const MEMBER: StoryRelay = {
  ...STORY_RELAY,
  'projects.get': { ...(PROJECTS[0] as ProjectView), role: 'member', owner: { id: BOB, name: 'Charles Babbage' } },
  'people.list': { people: PEOPLE.map((person) => ({ ...person, role: person.id === BOB ? 'owner' : 'member' })) },
};

const DIALOGS: readonly Story[] = [
  dialog('link a machine', DEVICES_PAGE, [text('devices.link')]),
  dialog('link a machine to an account', DEVICES_PAGE, [text('devices.link')], {
    ...STORY_RELAY,
    'relay.get': { ...RELAY, needsToken: false, accountsOnly: true },
  }),
  dialog('menu of a machine', DEVICES_PAGE, [actionsOf(BUILD_SERVER)]),
  dialog('rename a machine', DEVICES_PAGE, [text('devices.rename')]),
  dialog('bar a machine', DEVICES_PAGE, [actionsOf('office'), text('devices.bar')]),
  dialog('new pairing code', DEVICES_PAGE, [actionsOf(BUILD_SERVER), text('devices.code.new')]),
  dialog('add a plain device', projectTab('devices'), ADD_PLAIN.slice(0, 1)),
  dialog('pairing code', projectTab('devices'), ADD_PLAIN),
  dialog('add a program', projectTab('programs'), ADD_PROGRAM.slice(0, 1)),
  dialog('key of a program', projectTab('programs'), ADD_PROGRAM),
  dialog('menu of a program', projectTab('programs'), [actionsOf('Build robot')]),
  dialog('new key of a program', projectTab('programs'), [actionsOf('Build robot'), text('project.programs.key.new')]),
  dialog('remove a program', projectTab('programs'), [actionsOf('Build robot'), text('devices.remove')]),
  dialog('new project', { page: 'projects' }, [text('projects.create')]),
  dialog('invite a person', projectTab('people'), INVITE.slice(0, 1)),
  dialog('link of an invitation', projectTab('people'), INVITE),
  dialog('remove a person', projectTab('people'), [
    text('project.people.remove.of', { name: quoteUntrusted('Charles Babbage') }),
  ]),
  dialog('leave a project', projectTab('people'), [text('project.leave')], MEMBER),
  dialog('allow plain devices', projectTab('settings'), [text('project.plain')]),
  dialog('delete a project', projectTab('settings'), [text('project.delete.ask')]),
  dialog('change the address', settingsTab('profile'), [text('account.email.change')]),
  dialog('change the password', settingsTab('security'), CHANGE_PASSWORD.slice(0, 1)),
  dialog('step up', settingsTab('security'), CHANGE_PASSWORD),
  dialog('add a passkey', settingsTab('security'), [text('account.passkeys.add')]),
  dialog('rename a passkey', settingsTab('security'), [text('account.rename.of', { name: PASSKEY })]),
  dialog('remove a passkey', settingsTab('security'), [text('account.remove.of', { name: PASSKEY })]),
  dialog('end other sessions', settingsTab('sessions'), [text('account.sessions.end-others')]),
  dialog('new token', settingsTab('tokens'), NEW_TOKEN.slice(0, 1)),
  dialog('token', settingsTab('tokens'), NEW_TOKEN),
  dialog('remove a token', settingsTab('tokens'), [
    text('account.remove.of', { name: quoteUntrusted('Backup script') }),
  ]),
  dialog('delete the account', settingsTab('data'), [text('account.delete.ask')]),
  dialog('add a configuration', { page: 'skill' }, [text('skill.config.add')]),
  dialog('run a workflow', { page: 'skill' }, [text('skill.workflow')], ONLINE_NODE),
  dialog('restart a node', { page: 'skill' }, [text('skill.restart')], ONLINE_NODE),
];

/** Stories of the dashboard: each page with content, and the states without. */
export const DASHBOARD_STORIES: readonly Story[] = [
  story('sign in', { page: 'auth' }, SIGNED_OUT),
  story('reset password', { page: 'reset' }, SIGNED_OUT),
  story('machines', { page: 'devices' }),
  story('machines empty', { page: 'devices' }, NOTHING),
  {
    name: 'dashboard/removed from a project',
    frame: 'none',
    render: () => (
      <StoryFrame
        route={DEVICES_PAGE}
        relay={NOTHING}
        lost={[{ id: 'lost', name: 'Analytical Lab', owner: 'Charles Babbage' }]}
      />
    ),
  },
  story('relay away', { page: 'devices' }, { ...STORY_RELAY, 'account.get': AWAY }),
  story('machines away', { page: 'devices' }, { ...STORY_RELAY, 'projects.list': AWAY }),
  story('projects', { page: 'projects' }),
  story('projects empty', { page: 'projects' }, NOTHING),
  ...PROJECT_TABS.map((tab) => story(`project ${tab}`, { page: 'project', project: HOME, tab })),
  ...SETTINGS_TABS.map((tab) => story(`settings ${tab}`, { page: 'settings', tab })),
  story('settings tokens empty', { page: 'settings', tab: 'tokens' }, NOTHING),
  story('openclaw', { page: 'skill' }),
  story('openclaw empty', { page: 'skill' }, { ...NOTHING, 'skillConfigs.list': { skillConfigs: [] } }),
  story('openclaw without a node', { page: 'skill' }, { ...STORY_RELAY, 'devices.list': { devices: [] } }),
  story('help', { page: 'docs' }),
  story('missing', { page: 'missing' }),
  story('no programs', projectTab('programs'), { ...STORY_RELAY, 'instances.list': { instances: [] } }),
  story('people as a member', projectTab('people'), MEMBER),
  ...DIALOGS,
];
