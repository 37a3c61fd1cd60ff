import type { AppApiClient, EventPayload } from '#shared/app-api/index.ts';
import { navigate, openPairing, requestTerminal } from './actions.ts';
import { applyPeers, applyStatus } from './measured.ts';
import { useApp } from './state.ts';

/**
 * Keeps the state as the agent tells it: listens first, then asks for everything once. An answer that comes after an event of its kind is older
 * and is left out.
 * @returns Stops listening.
 */
export function startStore(api: AppApiClient): () => void {
  const store = new LiveStore(api);
  store.listen();
  void store.load();
  return () => store.stop();
}

class LiveStore {
  readonly #api: AppApiClient;
  readonly #told = new Set<string>();
  #listeners: (() => void)[] = [];
  #stopped = false;

  constructor(api: AppApiClient) {
    this.#api = api;
    void api.closed.then(() => {
      if (!this.#stopped) useApp.setState({ connection: 'lost' });
      this.stop();
    });
  }

  listen(): void {
    const api = this.#api;
    const told = <Value>(kind: string, apply: (value: Value) => void) => {
      return (value: Value): void => {
        this.#told.add(kind);
        apply(value);
      };
    };
    this.#listeners = [
      api.on('status.changed', told('status', applyStatus)),
      api.on('peers.changed', told('peers', applyPeers)),
      api.on(
        'approvals.changed',
        told('approvals', (approvals) => useApp.setState({ approvals })),
      ),
      api.on(
        'forwards.changed',
        told('forwards', (forwards) => useApp.setState({ forwards })),
      ),
      api.on(
        'gateways.changed',
        told('gateways', (gateways) => useApp.setState({ gateways })),
      ),
      api.on(
        'requests.changed',
        told('requests', (requests) => useApp.setState({ requests })),
      ),
      api.on(
        'node.runs.changed',
        told('nodeRuns', (nodeRuns) => useApp.setState({ nodeRuns })),
      ),
      api.on(
        'remotes.changed',
        told('remotes', (remotes) => useApp.setState({ remotes })),
      ),
      api.on(
        'shell.settings.changed',
        told('settings', (settings) => useApp.setState({ settings })),
      ),
      api.on(
        'shell.relay.changed',
        told('hostedRelay', (hostedRelay) => useApp.setState({ hostedRelay })),
      ),
      api.on('shell.navigate', follow),
      api.on('shell.minimised', () => useApp.setState({ minimised: true })),
    ];
  }

  /** A part that fails leaves the others alone: an agent without a shell has no settings, and is as good as any. */
  async load(): Promise<void> {
    const api = this.#api;
    const ask = async <Value>(kind: string, answer: Promise<Value>, apply: (value: Value) => void): Promise<void> => {
      try {
        const value = await answer;
        if (!this.#stopped && !this.#told.has(kind)) apply(value);
      } catch {
        // Told by the state: what did not come is not there. A lost connection has its own sign.
      }
    };
    await Promise.all([
      ask('status', api.call('status.get', {}), applyStatus),
      ask('peers', api.call('peers.list', {}), applyPeers),
      ask('approvals', api.call('approvals.list', {}), (approvals) => useApp.setState({ approvals })),
      ask('forwards', api.call('forwards.list', {}), (forwards) => useApp.setState({ forwards })),
      ask('gateways', api.call('gateways.list', {}), (gateways) => useApp.setState({ gateways })),
      ask('requests', api.call('requests.list', {}), ({ waiting }) => useApp.setState({ requests: waiting })),
      ask('nodeRuns', api.call('node.runs', {}), (nodeRuns) => useApp.setState({ nodeRuns })),
      ask('remotes', api.call('remotes.list', {}), (remotes) => useApp.setState({ remotes })),
      ask('facts', api.call('shell.facts', {}), (facts) => useApp.setState({ facts })),
      ask('settings', api.call('shell.settings.get', {}), (settings) => useApp.setState({ settings })),
      ask('hostedRelay', api.call('shell.relay.get', {}), (hostedRelay) => useApp.setState({ hostedRelay })),
    ]);
    if (!this.#stopped) useApp.setState({ connection: 'ready' });
  }

  stop(): void {
    this.#stopped = true;
    for (const off of this.#listeners.splice(0)) off();
  }
}

/** Tray, notification or link. */
function follow(where: EventPayload<'shell.navigate'>): void {
  switch (where.to) {
    case 'pair':
      openPairing(where.codeOrLink === null ? 'choose' : 'join', where.codeOrLink);
      return;
    case 'terminal':
      requestTerminal(where.peerId);
      return;
    default:
      navigate(where.to);
  }
}
