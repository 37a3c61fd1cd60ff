import { createPlatformClient, picturePath, type PlatformClient } from '#shared/platform/index.ts';
import { fetchPageFacts, PageInfo } from '../page-facts/index.ts';
import { changedBy } from './changes.ts';
import { EventsConnection, type EventsSocket } from './events.ts';
import { isSignedOut, Resources } from './resources.ts';
import { Session } from './session.ts';

/** Everything that the pages know about the relay: its API, the answers that are shown, the session, and the socket of changes. */
export type DashboardApi = Readonly<{
  client: PlatformClient;
  resources: Resources;
  session: Session;
  events: EventsConnection;
  page: PageInfo;
  /** Returns the address of a picture of a person. */
  pictureUrl(picture: string): string;
  /** Adds a listener for the state of `events`. */
  onEventsState(listener: () => void): () => void;
}>;

type DashboardOptions = Readonly<{
  client: PlatformClient;
  openEvents(): EventsSocket;
  readFacts: ConstructorParameters<typeof PageInfo>[0];
  pictureUrl(picture: string): string;
  now(): number;
}>;

/** Connects the parts: a session opens the socket, changes refresh what is shown, and an answer that says "signed out" ends the session. */
export function connectDashboard({ client, openEvents, readFacts, pictureUrl, now }: DashboardOptions): DashboardApi {
  const listeners = new Set<() => void>();
  let person: string | undefined;
  const session = new Session(client, (status) => {
    if (status.state === 'signed-in') {
      // Nothing of one person is shown to the next.
      if (person !== undefined && person !== status.account.id) resources.clear();
      person = status.account.id;
      events.start();
    } else if (status.state === 'signed-out') {
      events.stop();
      resources.clear();
      person = undefined;
    }
  });
  const resources = new Resources(client, now, (error) => {
    if (isSignedOut(error)) session.signedOut({ ended: true });
  });
  const events = new EventsConnection({
    open: openEvents,
    onMessage: (message) => {
      if (message.type === 'ready' || (message.type === 'account-changed' && message.topic === 'account'))
        session.check();
      resources.refresh(changedBy(message));
    },
    onRefused: () => session.check(),
    onState: () => {
      for (const listener of listeners) listener();
    },
  });
  return {
    client,
    resources,
    session,
    events,
    page: new PageInfo(readFacts),
    pictureUrl,
    onEventsState: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Connects the dashboard to the relay that served the page. */
export function createDashboard(): DashboardApi {
  const { origin } = window.location;
  const dashboard = connectDashboard({
    client: createPlatformClient({ origin, fetch: (url, options) => fetch(url, options) }),
    openEvents: () => new WebSocket(`${origin.replace(/^http/, 'ws')}/api/v1/events`),
    readFacts: fetchPageFacts,
    pictureUrl: picturePath,
    now: () => Date.now(),
  });
  followTabs(dashboard.session);
  const retry = (): void => {
    if (document.visibilityState === 'visible') dashboard.events.retry();
  };
  window.addEventListener('online', retry);
  document.addEventListener('visibilitychange', retry);
  return dashboard;
}

/** Takes this tab along when the person signs in in another one. */
function followTabs(session: Session): void {
  const tabs = new BroadcastChannel('clawreach session');
  let wasSignedIn = false;
  session.subscribe(() => {
    const isSignedIn = session.status.state === 'signed-in';
    if (isSignedIn && !wasSignedIn) tabs.postMessage('signed-in');
    wasSignedIn = isSignedIn;
  });
  tabs.addEventListener('message', () => {
    const { status } = session;
    if (status.state === 'signed-out' && status.keys !== 'removing') session.check();
  });
}
