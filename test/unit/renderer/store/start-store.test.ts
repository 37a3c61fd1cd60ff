import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStore, useApp } from '#renderer/store/index.ts';
import { DEFAULT_WINDOW_SETTINGS, type PeerView } from '#shared/app-api/index.ts';
import { agentStatus, approval, createAgent, FACTS, peer, peerId, resetState, untilState } from './agent.ts';

beforeEach(resetState);

let stop: () => void = () => undefined;
afterEach(() => stop());

describe('the first picture', () => {
  test('is everything the agent and the application know, asked for once', async () => {
    const { api } = createAgent({ 'approvals.list': async () => [approval()] });
    stop = startStore(api);
    await untilState(({ connection }) => connection === 'ready');
    expect(useApp.getState()).toMatchObject({
      facts: FACTS,
      settings: DEFAULT_WINDOW_SETTINGS,
      hostedRelay: { state: 'off' },
      status: { version: '1.2.3' },
      peers: [{ name: 'office' }],
      approvals: [{ id: 1 }],
    });
  });

  test('comes without the parts that fail', async () => {
    const { api } = createAgent({ 'peers.list': () => Promise.reject(new Error('broken')) });
    stop = startStore(api);
    await untilState(({ connection }) => connection === 'ready');
    expect(useApp.getState()).toMatchObject({ peers: [], status: { version: '1.2.3' }, facts: FACTS });
  });

  test('does not overwrite an event that came before its answer', async () => {
    let answer: (peers: PeerView[]) => void = () => undefined;
    const asked = new Promise<PeerView[]>((resolve) => {
      answer = resolve;
    });
    const { api, server } = createAgent({ 'peers.list': () => asked });
    stop = startStore(api);
    server.broadcast('peers.changed', [peer({ name: 'newer' })]);
    await untilState(({ peers }) => peers.length === 1);
    answer([peer({ name: 'older' })]);
    await untilState(({ connection }) => connection === 'ready');
    expect(useApp.getState().peers.map(({ name }) => name)).toEqual(['newer']);
  });
});

describe('events', () => {
  beforeEach(async () => {
    const agent = createAgent();
    ({ server, shell } = agent);
    stop = startStore(agent.api);
    await untilState(({ connection }) => connection === 'ready');
  });
  let { server, shell } = createAgent();

  test('of the agent and of the application change the state', async () => {
    server.broadcast('status.changed', agentStatus({ state: 'connecting' }));
    server.broadcast('approvals.changed', [approval({ id: 9 })]);
    shell.emit('shell.settings.changed', { ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
    shell.emit('shell.minimised', {});
    await untilState(({ minimised }) => minimised);
    expect(useApp.getState()).toMatchObject({
      status: { relay: { state: 'connecting' } },
      approvals: [{ id: 9 }],
      settings: { theme: 'dark' },
    });
  });

  test('of an approved relay that can’t be used become a notice that stays, with cause, remedy and the settings', async () => {
    const failure = { name: 'laptop', url: 'wss://relay.test', code: 'relay.unreachable', message: 'no' };
    server.broadcast('relayOffers.failed', { ...failure, isSet: false });
    await untilState(({ toasts }) => toasts.length === 1);
    const [toast] = useApp.getState().toasts;
    expect(toast).toMatchObject({ tone: 'warning', stays: true, action: { label: 'Relay settings' } });
    expect(toast?.text).toMatch(
      /^The relay of laptop \(wss:\/\/relay\.test\) can't be used, so nothing was changed\. \S.* \S/,
    );
    server.broadcast('relayOffers.failed', { ...failure, isSet: true });
    await untilState(({ toasts }) => toasts.length === 2);
    expect(useApp.getState().toasts[1]?.text).toMatch(
      /^This machine now uses the relay of laptop .* goes on trying\. \S/,
    );
    toast?.action?.run();
    expect(useApp.getState().settingsPlace?.section).toBe('relay');
  });

  test('of a machine that has removed this one become a notice, unless the page in front shows that machine', async () => {
    const forgot = (letter: string) => ({ peerId: peerId(letter), name: letter });
    useApp.setState({ place: { page: 'machines', machine: peerId('A') } });
    server.broadcast('peers.forgot', forgot('A'));
    server.broadcast('peers.forgot', forgot('B'));
    await untilState(({ toasts }) => toasts.length > 0);
    const terminal = { id: 1, peerId: peerId('C'), title: 'C', folder: '', isLeft: false, show: () => undefined };
    useApp.setState({ place: { page: 'terminals' }, openTerminals: [{ ...terminal, isInFront: true }] });
    server.broadcast('peers.forgot', forgot('C'));
    server.broadcast('peers.forgot', forgot('D'));
    await untilState(({ toasts }) => toasts.length > 1);
    expect(useApp.getState().toasts.map(({ text }) => text)).toEqual([
      'B has removed this machine.',
      'D has removed this machine.',
    ]);
  });

  test('lead where tray, notification or link point to', async () => {
    shell.emit('shell.navigate', { to: 'approvals' });
    await untilState(({ place }) => place.page === 'inbox');
    shell.emit('shell.navigate', { to: 'terminal', peerId: peerId('A') });
    await untilState(({ place }) => place.page === 'terminals');
    expect(useApp.getState().requestedTerminal).toMatchObject({ peerId: peerId('A') });
  });

  test('open the pairing: a link fills the form in, and without one there is the choice', async () => {
    shell.emit('shell.navigate', { to: 'pair', codeOrLink: 'clawreach://pair#x' });
    await untilState(({ pairing }) => pairing !== undefined);
    expect(useApp.getState().pairing).toEqual({ mode: 'join', codeOrLink: 'clawreach://pair#x' });
    shell.emit('shell.navigate', { to: 'pair', codeOrLink: null });
    await untilState(({ pairing }) => pairing?.mode === 'choose');
    // What waits to be compared was begun by a person, and needs nothing filled in.
    shell.emit('shell.navigate', { to: 'adding' });
    await untilState(({ pairing }) => pairing?.mode === 'by-hand');
  });

  test('are not listened to after the end', async () => {
    stop();
    server.broadcast('approvals.changed', [approval()]);
    shell.emit('shell.minimised', {});
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(useApp.getState()).toMatchObject({ approvals: [], minimised: false });
  });
});

describe('a connection that ends', () => {
  test('is lost, and what was known stays', async () => {
    const { api, window } = createAgent();
    stop = startStore(api);
    await untilState(({ connection }) => connection === 'ready');
    useApp.setState({ pairing: { mode: 'join', codeOrLink: 'ABCD' } });
    window.end(new Error('broken'));
    await untilState(({ connection }) => connection === 'lost');
    expect(useApp.getState()).toMatchObject({
      peers: [{ name: 'office' }],
      pairing: { mode: 'join', codeOrLink: 'ABCD' },
    });
  });
});

describe('what is wrong with the relay', () => {
  test('stands until it is put right, also while the next try runs', async () => {
    const { api, server } = createAgent();
    stop = startStore(api);
    await untilState(({ connection }) => connection === 'ready');
    const seen: (string | null)[] = [];
    const off = useApp.subscribe(({ relayProblem }) => seen.push(relayProblem));
    for (const relay of [
      { state: 'waiting', problem: 'relay.timeout' },
      { state: 'connecting', problem: null },
      { state: 'waiting', problem: 'relay.dns' },
      { state: 'connecting', problem: null },
      { state: 'online', problem: null },
      { state: 'connecting', problem: null },
    ] as const)
      server.broadcast('status.changed', agentStatus(relay));
    await untilState(() => seen.length === 6);
    off();
    expect(seen).toEqual(['relay.timeout', 'relay.timeout', 'relay.dns', 'relay.dns', null, null]);
  });
});
