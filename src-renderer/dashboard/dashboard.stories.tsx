import { PlatformError } from '#shared/platform/index.ts';
import type { Story } from '../stories/index.ts';
import { HOME, STORY_RELAY } from './story-data.ts';
import { StoryFrame } from './story-frame.tsx';
import type { StoryRelay } from './story-client.ts';
import type { Route } from './router/index.ts';
import { PROJECT_TABS, SETTINGS_TABS } from './router/index.ts';

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
const AWAY = new PlatformError('platform.unreachable', 'away');

function story(name: string, route: Route, relay: StoryRelay = STORY_RELAY): Story {
  return { name: `dashboard/${name}`, frame: 'none', render: () => <StoryFrame route={route} relay={relay} /> };
}

/** Stories of the dashboard: each page with content, and the states without. */
export const DASHBOARD_STORIES: readonly Story[] = [
  story('sign in', { page: 'auth' }, SIGNED_OUT),
  story('reset password', { page: 'reset' }, SIGNED_OUT),
  story('machines', { page: 'devices' }),
  story('machines empty', { page: 'devices' }, NOTHING),
  story('relay away', { page: 'devices' }, { ...STORY_RELAY, 'account.get': AWAY }),
  story('machines away', { page: 'devices' }, { ...STORY_RELAY, 'projects.list': AWAY }),
  story('projects', { page: 'projects' }),
  story('projects empty', { page: 'projects' }, NOTHING),
  ...PROJECT_TABS.map((tab) => story(`project ${tab}`, { page: 'project', project: HOME, tab })),
  ...SETTINGS_TABS.map((tab) => story(`settings ${tab}`, { page: 'settings', tab })),
  story('settings tokens empty', { page: 'settings', tab: 'tokens' }, NOTHING),
  story('openclaw', { page: 'skill' }),
  story('openclaw empty', { page: 'skill' }, { ...NOTHING, 'skillConfigs.list': { skillConfigs: [] } }),
  story('help', { page: 'docs' }),
  story('missing', { page: 'missing' }),
];
