import {
  AppApiClient,
  AppApiError,
  bridgeTransports,
  createTransportPair,
  ShellTransport,
  type AppTransport,
} from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { PlatformError, type PlatformClient } from '#shared/platform/index.ts';
import { withStepUp, type StepUp } from '../api/index.ts';
import { ownBrowserName } from '../formats/index.ts';
import { keepOwnKey, keptAccount, NO_ACCOUNT, ownKey } from '../kept-keys/index.ts';
import { connectAgent } from './agent.ts';
import { endOthers } from './end-machine.ts';
import { PageApiClient } from './page-api-client.ts';
import { pageShell } from './shell.ts';

/** Longest wait for the relay's answer whether it lets this browser in, ms. */
const ANSWER_WITHIN = 5000;

/** Parts of the page that the agent of this browser needs. */
export type MachineOptions = Readonly<{
  client: PlatformClient;
  /** Device whose project this browser joins. */
  device: string;
  stepUp: StepUp;
}>;

/**
 * Connects a window to the agent of this browser, and has it join the project of a device, also while it runs already. It is a device of the account that is
 * signed in: that of another account ends before.
 * @throws as `connectAgent`; {PlatformError} the relay gives no ticket, `platform.step-up` if the person doesn't confirm; the relay's error if it doesn't
 * take it
 */
export async function connectMachine({ client, device, stepUp }: MachineOptions): Promise<AppApiClient> {
  const visitor = await readVisitor(client);
  const { version, account } = visitor;
  await endOthers(() => Promise.resolve(version), account);
  const api = new PageApiClient(await openTransport(visitor), stepUp);
  try {
    const status = await api.call('status.get', {});
    const { peerId } = status.device;
    const former = ownKey(account);
    const project = await projectToJoin(client, device, peerId);
    if (project === undefined) {
      keepOwnKey(account, peerId);
      return api;
    }
    const input = {
      label: ownBrowserName(navigator.userAgent),
      ...(former !== undefined && former !== peerId && { replaces: former }),
    };
    const enrol = () => client.call('devices.enrol', { params: { project }, input });
    const admitted = await withStepUp(enrol, () => stepUp('browser'));
    if (!admitted.isDone) throw new PlatformError('platform.step-up', 'the person did not confirm');
    const { ticket, secret } = admitted.value;
    await api.call('device.enrol', { ticket, secret }).catch((error: unknown) => {
      // A machine has removed these keys, and no ticket brings them back. The window says so, and offers new ones.
      if (errorCode(error) !== 'relay.removed') throw error;
    });
    keepOwnKey(account, peerId);
    return api;
  } catch (error) {
    api.close();
    throw error;
  }
}

/**
 * Connects a window to the agent of this browser at a relay without accounts. It joins no project by itself: a machine enrols it, by a code that the person
 * reads there. Keys of an account end before.
 * @param version of the relay, which is that of the page
 * @throws as `connectAgent`
 */
export async function connectWithoutAccount(version: string): Promise<AppApiClient> {
  await endOthers(() => Promise.resolve(version), NO_ACCOUNT);
  const visitor = { version, account: NO_ACCOUNT, person: undefined };
  const api = new AppApiClient(await openTransport(visitor, false));
  try {
    const { device } = await api.call('status.get', {});
    keepOwnKey(NO_ACCOUNT, device.peerId);
    return api;
  } catch (error) {
    api.close();
    throw error;
  }
}

/**
 * Asks the relay whether it lets this browser in no longer, at a relay without accounts.
 * @param version as for `connectWithoutAccount`
 * @returns false also if the relay gives no answer. Never rejects
 */
export async function isStillRemoved(version: string): Promise<boolean> {
  try {
    const api = await connectWithoutAccount(version);
    try {
      await api.call('relay.ready', { timeout: ANSWER_WITHIN });
      return false;
    } finally {
      api.close();
    }
  } catch (error) {
    return errorCode(error) === 'relay.removed';
  }
}

/**
 * Connects to the agent of this browser, if the account that is signed in has keys here already. Creates none, and joins no project.
 * @throws as `connectAgent`; {AppApiError} `control.lost` if this browser has no keys of the account
 */
export async function rejoinMachine(client: PlatformClient): Promise<AppApiClient> {
  // The relay says first that the session lasts: keys of one that is over are about to be removed, and the agent would make others.
  const visitor = await readVisitor(client);
  if ((await keptAccount()) !== visitor.account) throw new AppApiError('control.lost', 'no keys of this account');
  return new AppApiClient(await openTransport(visitor));
}

/** Person whose agent runs in this browser, and the version of the page. `person` is undefined without an account. */
type Visitor = Readonly<{ version: string; account: string; person: string | undefined }>;

async function readVisitor(client: PlatformClient): Promise<Visitor> {
  const [{ version }, { id: account, name: person }] = await Promise.all([
    client.call('relay.get'),
    client.call('account.get'),
  ]);
  return { version, account, person };
}

/** Connects to the agent, with the page as the program around it. */
async function openTransport({ version, account, person }: Visitor, accounts = true): Promise<AppTransport> {
  const connect = (): Promise<AppTransport> => connectAgent(version, account, person);
  const agent = await connect();
  const [window, inner] = createTransportPair();
  bridgeTransports(new ShellTransport(inner, pageShell(version, { connect, accounts })), agent);
  return window;
}

/**
 * Returns the project of a device, or the first one; undefined if this browser is a member there, or there is no project.
 * @param own peer ID of this browser
 */
async function projectToJoin(client: PlatformClient, device: string, own: string): Promise<string | undefined> {
  const { projects } = await client.call('projects.list');
  const all = await Promise.all(
    projects.map(async ({ id }) => ({
      id,
      members: (await client.call('devices.list', { params: { project: id } })).devices.map((one) => one.id),
    })),
  );
  const chosen = all.find(({ members }) => members.includes(device)) ?? all[0];
  return chosen === undefined || chosen.members.includes(own) ? undefined : chosen.id;
}
