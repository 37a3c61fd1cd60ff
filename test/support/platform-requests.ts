import { pngPicture } from './pictures.ts';
import type { RouteInput, RouteName, RouteParams, RouteQuery } from '#shared/platform/index.ts';

/** Valid request of a route; each optional field is set at least once. */
export type SampleRequest<Name extends RouteName> = Readonly<{
  params: RouteParams<Name>;
  query: RouteQuery<Name>;
  input: RouteInput<Name>;
}>;

const PROJECT = '00112233-4455-6677-8899-aabbccddeeff';
const PERSON = '10112233-4455-6677-8899-aabbccddeeff';
const ROW = '20112233-4455-6677-8899-aabbccddeeff';
const PLAIN_DEVICE = '30112233-4455-6677-8899-aabbccddeeff';
const SEALED_DEVICE = '0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQ';
const PICTURE = '0123456789abcdef'.repeat(4);
const TOKEN = 'A'.repeat(43);
const EMAIL = 'anna@xn--mller-kva.example';
const PASSWORD = 'correct horse battery';

const empty = { params: {}, query: {}, input: undefined };
const ofProject = { params: { project: PROJECT }, query: {}, input: undefined };
const ofDevice = { params: { project: PROJECT, device: PLAIN_DEVICE }, query: {}, input: undefined };
const ofInstance = { params: { project: PROJECT, instance: 'office.bot-1' }, query: {}, input: undefined };
const ofPlainSession = { params: { ...ofDevice.params, session: ROW }, query: {}, input: undefined };
const credential = {
  id: 'AQ',
  rawId: 'AQ',
  type: 'public-key',
  clientExtensionResults: { credProps: { rk: true } },
} as const;
const config = {
  relay_url: 'wss://relay.example',
  node_id: 'node-1',
  auth_token: 'a-secret-token',
  extra: { depth: [1] },
};

/** One valid request for each route of the accounts API, as its parsed form. Tests send them as they are, or change them. */
export const SAMPLE_REQUESTS: { readonly [Name in RouteName]: SampleRequest<Name> } = {
  'relay.get': empty,
  'relay.openApi': empty,
  'auth.signUp': { ...empty, input: { email: EMAIL, password: PASSWORD, name: 'Anna', token: TOKEN } },
  'auth.lookUpSignUp': { ...empty, input: { token: TOKEN } },
  'auth.verify': { ...empty, input: { token: TOKEN, password: PASSWORD } },
  'auth.signIn': { ...empty, input: { email: EMAIL, password: PASSWORD } },
  'auth.signOut': empty,
  'auth.stepUp': { ...empty, input: { password: PASSWORD } },
  'auth.reset': { ...empty, input: { email: EMAIL } },
  'auth.confirmReset': { ...empty, input: { token: TOKEN, password: PASSWORD } },
  'auth.passkeyOptions': { ...empty, input: { purpose: 'second-factor', ticket: TOKEN } },
  'auth.verifyPasskey': {
    ...empty,
    input: {
      response: {
        ...credential,
        authenticatorAttachment: 'platform',
        response: { clientDataJSON: 'AQ', authenticatorData: 'AQ', signature: 'AQ', userHandle: 'AQ' },
      },
    },
  },
  'account.get': empty,
  'account.change': { ...empty, input: { name: 'Anna' } },
  'account.setPicture': { ...empty, input: { type: 'image/png', bytes: pngPicture() } },
  'account.removePicture': empty,
  'account.delete': empty,
  'account.changeEmail': { ...empty, input: { email: EMAIL } },
  'account.setPassword': { ...empty, input: { password: PASSWORD } },
  'account.setSecondFactor': { ...empty, input: { required: true } },
  'account.export': empty,
  'account.createLinkCode': empty,
  'sessions.list': empty,
  'sessions.end': { ...empty, params: { session: ROW } },
  'sessions.endOthers': empty,
  'passkeys.list': empty,
  'passkeys.options': empty,
  'passkeys.create': {
    ...empty,
    input: {
      name: 'Phone',
      response: {
        ...credential,
        response: { clientDataJSON: 'AQ', attestationObject: 'AQ', transports: ['internal'], publicKeyAlgorithm: -7 },
      },
    },
  },
  'passkeys.rename': { ...empty, params: { passkey: ROW }, input: { name: 'Phone' } },
  'passkeys.delete': { ...empty, params: { passkey: ROW } },
  'tokens.list': empty,
  'tokens.create': { ...empty, input: { name: 'CI', days: 30 } },
  'tokens.delete': { ...empty, params: { token: ROW } },
  'projects.list': empty,
  'projects.create': { ...empty, input: { name: 'Home lab' } },
  'projects.get': ofProject,
  'projects.change': { ...ofProject, input: { name: 'Home lab', plainAllowed: true } },
  'projects.delete': ofProject,
  'projects.leave': ofProject,
  'people.list': ofProject,
  'people.picture': { ...empty, params: { picture: PICTURE } },
  'people.remove': { ...ofProject, params: { project: PROJECT, person: PERSON } },
  'invitations.list': ofProject,
  'invitations.create': { ...ofProject, input: { email: EMAIL } },
  'invitations.cancel': { ...ofProject, params: { project: PROJECT, invitation: ROW } },
  'invitations.mine': empty,
  'invitations.accept': { ...empty, params: { invitation: ROW } },
  'invitations.decline': { ...empty, params: { invitation: ROW } },
  'invitations.lookUp': { ...empty, input: { token: TOKEN } },
  'invitations.redeem': { ...empty, input: { token: TOKEN } },
  'devices.list': ofProject,
  'devices.create': { ...ofProject, input: { encryption: 'relay-can-read', label: 'My server' } },
  'devices.get': { ...ofDevice, params: { project: PROJECT, device: SEALED_DEVICE } },
  'devices.change': { ...ofDevice, input: { label: 'My server' } },
  'devices.delete': ofDevice,
  'devices.createCode': ofDevice,
  'devices.enrol': { ...ofProject, input: { label: 'Chrome on Linux' } },
  'instances.list': ofProject,
  'instances.create': { ...ofProject, input: { id: 'office.bot-1', name: 'Office' } },
  'instances.createKey': ofInstance,
  'instances.delete': ofInstance,
  'claims.lookUp': { ...empty, input: { code: 'ABCDEFGHJK' } },
  'claims.join': { ...empty, input: { code: 'ABCDEFGHJK' } },
  'claims.create': { ...empty, input: { code: 'ABCDEFGHJK', claim: 'AQ' } },
  'claims.end': { ...empty, input: { end: 'AQ' } },
  'plainSessions.start': ofDevice,
  'plainSessions.attach': ofPlainSession,
  'plainSessions.end': ofPlainSession,
  'history.list': {
    ...ofProject,
    query: {
      device: SEALED_DEVICE,
      status: 'ended',
      who: PERSON,
      kind: 'link',
      before: '1700000000000-12',
      limit: 50,
      format: 'json',
    },
  },
  'skillConfigs.list': empty,
  'skillConfigs.create': { ...empty, input: { skill: 'privaclaw', name: 'Home', config } },
  'skillConfigs.get': { ...empty, params: { configuration: ROW } },
  'skillConfigs.replace': {
    ...empty,
    params: { configuration: ROW },
    input: { skill: 'privaclaw', name: 'Home', config },
  },
  'skillConfigs.delete': { ...empty, params: { configuration: ROW } },
  'nodes.request': {
    ...empty,
    params: { device: PLAIN_DEVICE },
    input: { type: 'workflow', workflow: 'deploy', params: { branch: 'main', steps: [1, { dry: true }] } },
  },
  'events.open': empty,
};

/** Returns the query of a sample as it is sent. */
export function queryString(query: Readonly<Record<string, unknown>>): URLSearchParams {
  return new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]));
}
