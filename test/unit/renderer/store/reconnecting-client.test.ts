import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ReconnectingClient, useApp } from '#renderer/store/index.ts';
import { AppApiError, type AppApiClient } from '#shared/app-api/index.ts';
import { createAgent, peer, resetState, type TestAgent } from './agent.ts';

/** What is waited where chance gives the longest, ms. */
const WAITS = [300, 550, 1050, 2050, 4050, 5050, 5050];

beforeEach(() => {
  resetState();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function keep(connect: () => Promise<AppApiClient>): Readonly<{
  connection: ReconnectingClient;
  apis: AppApiClient[];
  problems: unknown[];
}> {
  const apis: AppApiClient[] = [];
  const problems: unknown[] = [];
  const connection = new ReconnectingClient({
    connect,
    onApi: (api) => apis.push(api),
    onProblem: (problem) => problems.push(problem),
    random: () => 1,
  });
  return { connection, apis, problems };
}

describe('a connection that is kept', () => {
  test('tries again with growing waits until the agent answers', async () => {
    const refusal = new AppApiError('control.lost', 'nobody there');
    const begun = Date.now();
    const { api } = createAgent();
    const connect = vi.fn<() => Promise<AppApiClient>>().mockRejectedValue(refusal);
    const { connection, apis, problems } = keep(connect);
    for (const [index, wait] of WAITS.entries()) {
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(connect).toHaveBeenCalledTimes(index + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(connect).toHaveBeenCalledTimes(index + 2);
    }
    expect(useApp.getState()).toMatchObject({ connection: 'lost', lostAt: begun });
    expect(problems).toEqual([...WAITS, 0].map(() => refusal));
    connect.mockResolvedValueOnce(api);
    await vi.advanceTimersByTimeAsync(5050);
    expect(apis).toEqual([api]);
    await vi.waitFor(() => expect(useApp.getState().connection).toBe('ready'), 15_000);
    expect(useApp.getState().lostAt).toBeUndefined();
    connection.stop();
  });

  test('after a loss asks for everything again and listens to the new one only', async () => {
    const agents: TestAgent[] = [];
    const { connection, apis } = keep(async () => {
      const agent = createAgent({ 'peers.list': async () => [peer({ name: `office ${agents.length}` })] });
      agents.push(agent);
      return agent.api;
    });
    await vi.waitFor(() => expect(useApp.getState().peers[0]?.name).toBe('office 1'), 15_000);
    agents[0]?.window.end(new Error('broken'));
    await vi.waitFor(() => expect(useApp.getState().connection).toBe('lost'), 15_000);
    expect(useApp.getState().peers[0]?.name).toBe('office 1');
    await vi.advanceTimersByTimeAsync(300);
    await vi.waitFor(() => expect(useApp.getState().connection).toBe('ready'), 15_000);
    expect(apis).toEqual(agents.map(({ api }) => api));
    agents[1]?.server.broadcast('peers.changed', [peer({ name: 'changed' })]);
    await vi.waitFor(() => expect(useApp.getState().peers[0]?.name).toBe('changed'), 15_000);
    connection.stop();
  });

  test('tries at once on request', async () => {
    const connect = vi.fn<() => Promise<AppApiClient>>().mockRejectedValue(new AppApiError('control.lost', 'no'));
    const { connection } = keep(connect);
    await vi.waitFor(() => expect(useApp.getState().connection).toBe('lost'), 15_000);
    connection.retry();
    await vi.waitFor(() => expect(connect).toHaveBeenCalledTimes(2), 15_000);
    connection.stop();
  });

  test('starts over with short waits after a connection that lasted', async () => {
    const agents: TestAgent[] = [];
    let fail = 3;
    const connect = vi.fn<() => Promise<AppApiClient>>(() => {
      fail -= 1;
      if (fail >= 0) return Promise.reject(new AppApiError('control.lost', 'no'));
      const agent = createAgent();
      agents.push(agent);
      return Promise.resolve(agent.api);
    });
    const { connection } = keep(connect);
    await vi.advanceTimersByTimeAsync(300 + 550 + 1050);
    expect(connect).toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(10_000);
    agents[0]?.window.end();
    await vi.waitFor(() => expect(useApp.getState().connection).toBe('lost'), 15_000);
    await vi.advanceTimersByTimeAsync(300);
    expect(connect).toHaveBeenCalledTimes(5);
    connection.stop();
  });

  test('ends with the window: nothing waits, and a connection that comes late is closed', async () => {
    const { api } = createAgent();
    let answer: (api: AppApiClient) => void = () => undefined;
    const { connection, apis } = keep(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    connection.stop();
    answer(api);
    await expect(api.closed).resolves.toBeUndefined();
    expect(apis).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
