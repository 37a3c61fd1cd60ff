import type { EventsMessage } from '#shared/platform/index.ts';
import type { ReadRoute, ResourceName } from './resources.ts';

type ProjectTopic = Extract<EventsMessage, { type: 'project-changed' }>['topic'];
type AccountTopic = Extract<EventsMessage, { type: 'account-changed' }>['topic'];

/** Answers that a change of a project may have changed. Lists of projects count people and devices. */
const OF_PROJECT: Readonly<Record<ProjectTopic, readonly ReadRoute[]>> = {
  project: ['projects.list', 'projects.get'],
  people: ['projects.list', 'projects.get', 'people.list'],
  invitations: ['invitations.list'],
  devices: ['projects.list', 'projects.get', 'devices.list', 'devices.get'],
  instances: ['instances.list'],
  history: ['history.list'],
};

const OF_ACCOUNT: Readonly<Record<AccountTopic, readonly ReadRoute[]>> = {
  account: ['account.get', 'passkeys.list', 'tokens.list'],
  sessions: ['sessions.list', 'tokens.list'],
  projects: ['projects.list', 'projects.get', 'devices.list'],
  invitations: ['invitations.mine'],
  'skill-configs': ['skillConfigs.list', 'skillConfigs.get'],
};

/** Returns a function that chooses the answers to read again after a message of the `events` socket. Pure. */
export function changedBy(message: EventsMessage): (name: ResourceName) => boolean {
  switch (message.type) {
    case 'ready':
      return () => true;
    case 'pong':
      return () => false;
    case 'account-changed':
      return ({ route }) => OF_ACCOUNT[message.topic].includes(route);
    case 'project-changed':
      return ({ route, params }) =>
        OF_PROJECT[message.topic].includes(route) &&
        (params?.['project'] === undefined || params['project'] === message.project);
  }
}
