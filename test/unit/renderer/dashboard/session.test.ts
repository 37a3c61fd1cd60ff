import { describe, expect, it, vi } from 'vitest';
import { connectDashboard, type DashboardApi } from '#renderer/dashboard/api/index.ts';
import { PlatformError, type AccountView, type PlatformClient } from '#shared/platform/index.ts';

const ADA: AccountView = {
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  email: 'ada@example.org',
  emailVerified: true,
  name: 'Ada',
  picture: null,
  hasPassword: true,
  passkeys: 0,
  secondFactor: false,
  createdAt: 1,
  strongUntil: null,
};
const BOB: AccountView = { ...ADA, id: 'aaaaaaaa-0000-4000-8000-000000000002', name: 'Bob', email: 'bob@example.org' };

type Answers = Record<string, unknown>;

/** Dashboard before a relay whose answers a test changes. */
function connect(answers: Answers): { dashboard: DashboardApi; calls: string[]; sockets: FakeSocket[] } {
  const calls: string[] = [];
  const sockets: FakeSocket[] = [];
  const call = (name: string): Promise<unknown> => {
    calls.push(name);
    const answer = answers[name];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const dashboard = connectDashboard({
    client: { call } as unknown as PlatformClient,
    openEvents: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    readFacts: () => Promise.resolve(undefined),
    pictureUrl: (picture) => picture,
    now: () => 1000,
  });
  return { dashboard, calls, sockets };
}

/** Socket of changes that a test speaks through. */
class FakeSocket {
  readonly #listeners = new Map<string, (event: never) => void>();
  isClosed = false;

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  send(): void {}

  close(): void {
    this.isClosed = true;
  }

  say(message: unknown): void {
    this.#listeners.get('message')?.({ data: JSON.stringify(message) } as never);
  }

  end(code: number): void {
    this.#listeners.get('close')?.({ code } as never);
  }
}

const PROJECTS = { route: 'projects.list' } as const;
const SIGNED_OUT = new PlatformError('platform.signed-out', 'signed out');

describe('the dashboard', () => {
  it('forgets all answers when the session ends or another person signs in [S-DASH-2]', async () => {
    const answers: Answers = { 'projects.list': { projects: ['of Ada'] } };
    const { dashboard } = connect(answers);
    const { resources, session } = dashboard;
    session.signedIn(ADA);
    const stop = resources.subscribe(PROJECTS, () => undefined);
    await vi.waitFor(() => expect(resources.status(PROJECTS).value).toEqual({ projects: ['of Ada'] }));
    stop();
    session.signedOut({ ended: false });
    expect(resources.status(PROJECTS).value).toBeUndefined();

    session.signedIn(ADA);
    resources.subscribe(PROJECTS, () => undefined)();
    await vi.waitFor(() => expect(resources.status(PROJECTS).value).toBeDefined());
    // In another tab someone else has signed in.
    session.signedIn(BOB);
    expect(resources.status(PROJECTS).value).toBeUndefined();
    session.signedOut({ ended: false });
  });

  it('reads again at the end of a session what is still shown', async () => {
    const answers: Answers = { 'relay.get': { version: '1' } };
    const { dashboard, calls } = connect(answers);
    const { resources, session } = dashboard;
    const relay = { route: 'relay.get' } as const;
    session.signedIn(ADA);
    const stopRelay = resources.subscribe(relay, () => undefined);
    const stopProjects = resources.subscribe(PROJECTS, () => undefined);
    // Neither has answered yet.
    session.left('removing');
    stopProjects();
    await vi.waitFor(() => expect(resources.status(relay).value).toEqual({ version: '1' }));
    expect(calls.filter((name) => name === 'projects.list')).toHaveLength(1);
    session.left('kept');
    expect(session.status).toEqual({ state: 'signed-out', ended: false, keys: 'kept' });
    stopRelay();
  });

  it('reads an answer once for all who show it, and again when the relay says that it has changed', async () => {
    const answers: Answers = { 'projects.list': { projects: [] }, 'account.get': ADA };
    const { dashboard, calls, sockets } = connect(answers);
    dashboard.session.signedIn(ADA);
    const { resources } = dashboard;
    let changes = 0;
    const stops = [1, 2].map(() => resources.subscribe(PROJECTS, () => (changes += 1)));
    await vi.waitFor(() => expect(resources.status(PROJECTS).isLoading).toBe(false));
    expect(calls.filter((name) => name === 'projects.list')).toHaveLength(1);
    expect(changes).toBeGreaterThan(0);

    answers['projects.list'] = { projects: ['another'] };
    sockets[0]?.say({ type: 'account-changed', topic: 'projects', ids: [] });
    await vi.waitFor(() => expect(resources.status(PROJECTS).value).toEqual({ projects: ['another'] }));
    // Two changes while an answer is on its way need one more request, not two.
    const before = calls.length;
    for (let change = 0; change < 3; change += 1)
      sockets[0]?.say({ type: 'account-changed', topic: 'projects', ids: [] });
    await vi.waitFor(() => expect(calls.length).toBe(before + 2));
    for (const stop of stops) stop();
    dashboard.session.signedOut({ ended: false });
  });

  it('keeps the last content beside an error, but not of what is gone', async () => {
    const answers: Answers = { 'projects.list': { projects: ['one'] } };
    const { dashboard } = connect(answers);
    const { resources } = dashboard;
    const stop = resources.subscribe(PROJECTS, () => undefined);
    await vi.waitFor(() => expect(resources.status(PROJECTS).value).toBeDefined());
    const fail = async (error: Error): Promise<void> => {
      answers['projects.list'] = error;
      resources.refresh();
      await vi.waitFor(() => expect(resources.status(PROJECTS).error).toBe(error));
    };
    await fail(new PlatformError('platform.unreachable', 'away'));
    expect(resources.status(PROJECTS)).toMatchObject({ value: { projects: ['one'] }, at: 1000 });
    await fail(new PlatformError('platform.not-found', 'gone'));
    expect(resources.status(PROJECTS).value).toBeUndefined();
    stop();
  });

  it('ends the session when any answer says so, and tells it from a sign-out', async () => {
    const { dashboard, sockets } = connect({ 'projects.list': SIGNED_OUT });
    const { session, resources } = dashboard;
    session.signedIn(ADA);
    const stop = resources.subscribe(PROJECTS, () => undefined);
    await vi.waitFor(() => expect(session.status).toEqual({ state: 'signed-out', ended: true }));
    expect(sockets[0]?.isClosed).toBe(true);
    stop();
    session.signedIn(ADA);
    session.signedOut({ ended: false });
    expect(session.status).toEqual({ state: 'signed-out', ended: false });
  });

  it('asks whether there is a session when the relay ends the socket for its end', async () => {
    const answers: Answers = { 'account.get': ADA };
    const { dashboard, sockets } = connect(answers);
    dashboard.session.signedIn(ADA);
    sockets[0]?.say({ type: 'ready' });
    expect(dashboard.events.state).toBe('live');
    answers['account.get'] = SIGNED_OUT;
    sockets[0]?.end(4001);
    await vi.waitFor(() => expect(dashboard.session.status).toEqual({ state: 'signed-out', ended: true }));
    expect(dashboard.events.state).toBe('off');
  });

  it('ignores what is no message of the relay', () => {
    const { dashboard, sockets, calls } = connect({ 'account.get': ADA });
    dashboard.session.signedIn(ADA);
    for (const message of [{ type: 'ready', more: 1 }.type, { type: 'other' }, null, { type: 'account-changed' }])
      sockets[0]?.say(message);
    expect(dashboard.events.state).toBe('connecting');
    expect(calls).toEqual([]);
    dashboard.session.signedOut({ ended: false });
  });

  it('says that it failed only where nothing was known before', async () => {
    const away = new PlatformError('platform.unreachable', 'away');
    const { dashboard } = connect({ 'account.get': away });
    dashboard.session.check();
    await vi.waitFor(() => expect(dashboard.session.status).toEqual({ state: 'failed', error: away }));
    dashboard.session.signedIn(ADA);
    dashboard.session.check();
    await Promise.resolve();
    expect(dashboard.session.status.state).toBe('signed-in');
    dashboard.session.signedOut({ ended: false });
  });
});
