import type { RouteName } from '#shared/platform/index.ts';
import type { RequestChanges } from './access-calls.ts';
import { newId, type AccessWorld } from './access-world.ts';
import type { Person } from './test-platform.ts';

type Request = (world: AccessWorld, person: Person) => RequestChanges | Promise<RequestChanges>;

const ofHome: Request = ({ home }) => ({ params: { project: home.id } });
const ofNewDevice: Request = (world) => ({ params: { project: world.home.id, device: world.addPlain() } });
const ofNewInstance: Request = (world) => ({ params: { project: world.home.id, instance: world.addInstance() } });
const ofSession: Request = (world, person) => ({
  params: { project: world.home.id, device: world.home.plain, session: world.addPlainSession(person) },
});
const toMe: Request = (world, { email }) => ({ params: { invitation: world.invite(email) } });
const ofConfig: Request = async (world, person) => ({ params: { configuration: await world.addConfig(person) } });
const newConfig = (): RequestChanges => ({
  input: {
    skill: 'privaclaw',
    name: 'Node',
    config: { relay_url: 'wss://relay.example', node_id: newId(), auth_token: 'a-secret-token' },
  },
});

/**
 * Requests besides their samples. `person` is the caller, or the owner for callers without an account, so that each of them names things that exist: its own
 * where they belong to an account, else those of the project.
 */
export const VALID_REQUESTS: Readonly<Partial<Record<RouteName, Request>>> = {
  'auth.passkeyOptions': (world, person) => {
    world.addPasskey(person);
    return { input: { purpose: 'step-up' } };
  },
  'sessions.end': (world, person) => ({ params: { session: world.addSession(person, 'web') } }),
  'passkeys.rename': (world, person) => ({ params: { passkey: world.addPasskey(person) } }),
  'passkeys.delete': async (world, person) => {
    // One of two, so that a way to sign in is left.
    world.addPasskey(person);
    return { params: { passkey: world.addPasskey(person) } };
  },
  'tokens.delete': (world, person) => ({ params: { token: world.addSession(person, 'api') } }),
  'projects.get': ofHome,
  'projects.change': ofHome,
  'projects.delete': ofHome,
  'projects.leave': ofHome,
  'people.list': ofHome,
  'people.picture': (world, person) => ({ params: { picture: world.addPicture(person) } }),
  'people.remove': (world) => ({ params: { project: world.home.id, person: world.addMember().id } }),
  'invitations.list': ofHome,
  'invitations.create': ({ home }) => ({ params: { project: home.id }, input: { email: `${newId()}@example.org` } }),
  'invitations.cancel': (world) => ({ params: { project: world.home.id, invitation: world.inviteHome() } }),
  'invitations.accept': toMe,
  'invitations.decline': toMe,
  'devices.list': ofHome,
  'devices.create': ofHome,
  'devices.get': ({ home }) => ({ params: { project: home.id, device: home.sealed } }),
  'devices.change': ofNewDevice,
  'devices.delete': ofNewDevice,
  'devices.createCode': ofNewDevice,
  'devices.enrol': ofHome,
  'instances.list': ofHome,
  'instances.create': ({ home }) => ({ params: { project: home.id }, input: { id: `i${newId()}`, name: 'Bot' } }),
  'instances.createKey': ofNewInstance,
  'instances.delete': ofNewInstance,
  'plainSessions.start': ({ home }) => ({ params: { project: home.id, device: home.plain } }),
  'plainSessions.attach': ofSession,
  'plainSessions.end': ofSession,
  'history.list': ofHome,
  'skillConfigs.create': newConfig,
  'skillConfigs.get': ofConfig,
  'skillConfigs.replace': async (world, person) => ({ ...(await ofConfig(world, person)), ...newConfig() }),
  'skillConfigs.delete': ofConfig,
  'nodes.request': ({ home }) => ({ params: { device: home.plain }, input: { type: 'status' } }),
};
