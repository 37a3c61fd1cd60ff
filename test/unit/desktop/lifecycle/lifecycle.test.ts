import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { AgentView, NO_AGENT, type AgentSnapshot } from '../../../../src-main/desktop/lifecycle/agent-view.ts';
import { Navigator } from '../../../../src-main/desktop/lifecycle/navigator.ts';
import { Shutdown, SHUTDOWN_DEADLINE } from '../../../../src-main/desktop/lifecycle/shutdown.ts';
import { describeUnexpected, watchUnexpected } from '#node/logging/index.ts';
import { forwardView } from '../forward-view.ts';
import { addingView, agentStatus, approvalView, peerView, requestView, sharedView } from '../views.ts';

describe('the end of the application', () => {
  it('ends its parts one after the other, once', async () => {
    const done: string[] = [];
    const shutdown = new Shutdown(new FakeClock(), silentLogger);
    for (const name of ['seen', 'agent', 'relay', 'window']) {
      shutdown.add(name, async () => {
        await settle();
        done.push(name);
      });
    }
    const ends = await Promise.all([shutdown.run(), shutdown.run()]);
    expect([ends, done]).toEqual([
      ['orderly', 'orderly'],
      ['seen', 'agent', 'relay', 'window'],
    ]);
  });

  it('goes on where a part fails', async () => {
    const done: string[] = [];
    const shutdown = new Shutdown(new FakeClock(), silentLogger);
    shutdown.add('agent', () => Promise.reject(new Error('no')));
    shutdown.add('relay', () => {
      throw new Error('no');
    });
    shutdown.add('window', () => void done.push('window'));
    expect([await shutdown.run(), done]).toEqual(['orderly', ['window']]);
  });

  it('does not wait for ever for a part that hangs', async () => {
    const clock = new FakeClock();
    const shutdown = new Shutdown(clock, silentLogger);
    shutdown.add('agent', () => new Promise(() => undefined));
    const end = shutdown.run();
    await clock.advance(SHUTDOWN_DEADLINE);
    expect(await end).toBe('late');
  });
});

describe('an error that nobody expected', () => {
  it('is logged by kind and place, never by its message [S-APP-6]', () => {
    const described = describeUnexpected(new TypeError('secret 1234\nsecret 5678'));
    expect(described.name).toBe('TypeError');
    expect(described.stack[0]).toContain('lifecycle.test.ts');
    expect(JSON.stringify(described)).not.toContain('secret');
    expect(describeUnexpected(new ClawReachError('relay.refused', 'secret')).code).toBe('relay.refused');
    expect(describeUnexpected('secret')).toEqual({ name: 'string', code: 'internal', stack: [] });
  });

  it.each(['uncaughtException', 'unhandledRejection'] as const)('ends the program, once: %s [S-APP-6]', (event) => {
    const process = new EventEmitter();
    let failed = 0;
    const stop = watchUnexpected(process as unknown as NodeJS.Process, silentLogger, () => {
      failed += 1;
    });
    process.emit(event, new Error('first'));
    process.emit('uncaughtException', new Error('second'));
    process.emit('unhandledRejection', new Error('third'));
    expect(failed).toBe(1);
    stop();
    expect(process.listenerCount(event)).toBe(0);
  });
});

describe('where the window is led', () => {
  it('is told at once to a page that listens, and the last wish to one that begins to', () => {
    const told: unknown[] = [];
    const navigator = new Navigator((destination) => told.push(destination.to));
    navigator.go({ to: 'settings' });
    navigator.go({ to: 'approvals' });
    expect(told).toEqual([]);
    navigator.setListening(true);
    navigator.go({ to: 'peers' });
    navigator.setListening(false);
    navigator.setListening(true);
    expect(told).toEqual(['approvals', 'peers']);
  });
});

class FakeClient {
  readonly listeners = new Map<string, (payload: never) => void>();
  end: () => void = () => undefined;
  readonly closed = new Promise<undefined>((resolve) => {
    this.end = () => resolve(undefined);
  });
  readonly answers: Record<string, unknown> = {
    'status.get': agentStatus(),
    'peers.list': [peerView()],
    'requests.list': { waiting: [], decided: [] },
    'forwards.list': [],
    'terminal.shared': [],
    'adding.list': [],
    'shareLink.list': [],
    'transfers.list': [],
    'approvals.list': [approvalView(), approvalView({ id: 2, state: 'denied' })],
  };
  call = (method: string): Promise<unknown> => Promise.resolve(this.answers[method]);
  on = (event: string, listener: (payload: never) => void): (() => void) => {
    this.listeners.set(event, listener);
    return () => undefined;
  };
  emit(event: string, payload: unknown): void {
    this.listeners.get(event)?.(payload as never);
  }
}

function view() {
  const seen: AgentSnapshot[] = [];
  const agent = new AgentView(silentLogger, (snapshot) => seen.push(snapshot));
  const follow = (client: FakeClient): Promise<void> => agent.follow(client as unknown as AppApiClient);
  return { agent, seen, follow };
}

describe('what the application knows of its agent', () => {
  it('is one snapshot, then what events say; only requests that wait count', async () => {
    const { agent, follow } = view();
    const client = new FakeClient();
    await follow(client);
    expect(agent.snapshot).toEqual({
      status: agentStatus(),
      peers: [peerView()],
      pending: [approvalView()],
      requests: [],
      forwards: [],
      links: [],
      shared: [],
      transfers: [],
    });
    client.emit('approvals.changed', [approvalView({ state: 'approved' })]);
    client.emit('requests.changed', [requestView()]);
    client.emit('peers.changed', []);
    client.emit('status.changed', agentStatus({ state: 'failed' }));
    expect(agent.snapshot).toEqual({
      status: agentStatus({ state: 'failed' }),
      peers: [],
      pending: [],
      requests: [requestView()],
      forwards: [],
      links: [],
      shared: [],
      transfers: [],
    });
  });

  it('has the machine whose words wait to be compared, for as long as they do', async () => {
    const { agent, follow } = view();
    const client = new FakeClient();
    const comparing = addingView();
    client.answers['adding.list'] = [addingView({ adding: 1, state: 'failed' }), comparing];
    await follow(client);
    expect(agent.snapshot.comparing).toEqual(comparing);
    client.emit('adding.changed', { ...comparing, state: 'agreed' });
    expect(agent.snapshot.comparing).toBeUndefined();
    client.emit('adding.changed', comparing);
    expect(agent.snapshot.comparing).toEqual(comparing);
    client.emit('adding.changed', { ...comparing, state: 'failed' });
    expect(agent.snapshot.comparing).toBeUndefined();
  });

  it('has rules as they stand, and is not told anew when only figures of theirs move', async () => {
    const { agent, seen, follow } = view();
    const client = new FakeClient();
    await follow(client);
    client.emit('forwards.changed', [forwardView()]);
    const told = seen.length;
    client.emit('forwards.changed', [forwardView({ bytesIn: 1000, rateIn: 500 })]);
    expect(seen.length).toBe(told);
    client.emit('forwards.changed', [forwardView({ state: 'failed' })]);
    expect(agent.snapshot.forwards.map(({ state }) => state)).toEqual(['failed']);
    // What the tray names, and what it puts on the clipboard.
    client.emit('forwards.changed', [forwardView({ state: 'failed', peerName: 'workshop' })]);
    expect(agent.snapshot.forwards.map(({ peerName }) => peerName)).toEqual(['workshop']);
    client.emit('forwards.changed', [
      forwardView({ peerName: 'workshop', state: 'failed', address: '127.0.0.1:2080' }),
    ]);
    expect(agent.snapshot.forwards.map(({ address }) => address)).toEqual(['127.0.0.1:2080']);
  });

  it('does not wait for what others share, which their machines are asked for', async () => {
    const { agent, follow } = view();
    const client = new FakeClient();
    let answer: (shared: unknown) => void = () => undefined;
    client.answers['terminal.shared'] = new Promise((resolve) => {
      answer = resolve;
    });
    await follow(client);
    expect(agent.snapshot.peers).toEqual([peerView()]);
    answer([sharedView()]);
    await settle();
    expect(agent.snapshot.shared).toEqual([sharedView()]);
    client.emit('terminal.shared.changed', []);
    expect(agent.snapshot.shared).toEqual([]);
  });

  it('is not set back by an answer that is older than an event', async () => {
    const { agent, follow } = view();
    const client = new FakeClient();
    const followed = follow(client);
    client.emit('peers.changed', []);
    await followed;
    expect(agent.snapshot.peers).toEqual([]);
    expect(agent.snapshot.pending.length).toBe(1);
  });

  it('is nothing when the agent has gone, and not touched by the end of one that was replaced', async () => {
    const { agent, follow } = view();
    const [first, second] = [new FakeClient(), new FakeClient()];
    await follow(first);
    await follow(second);
    first.end();
    first.emit('peers.changed', []);
    await settle();
    expect(agent.snapshot.peers.length).toBe(1);
    second.end();
    await settle();
    expect(agent.snapshot).toEqual(NO_AGENT);
  });
});
