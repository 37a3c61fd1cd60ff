import type { AppApiClient, EventPayload } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { explainCode, text } from '../locale/index.ts';
import {
  applySavedCommands,
  navigate,
  notify,
  openPairing,
  requestShared,
  requestTerminal,
  showOpenClaw,
  showSettingsPlace,
} from './actions.ts';
import { followConversations } from './follow-conversations.ts';
import { followTransfers } from './follow-transfers.ts';
import { followUses, moveEarlierOrder } from './machine-uses.ts';
import { applyPeers, applyStatus } from './apply-answers.ts';
import { markLost } from './mark-lost.ts';
import { useApp, type AppState } from './state.ts';

/**
 * Fills the store from a new connection to the agent and keeps it up to date: listens to all events, then loads each part once. An answer that
 * arrives after an event about the same part is outdated and dropped. `ReconnectingClient` calls it for each connection. Also follows the shell's
 * requests to show a page, and shows a toast about a pairing that wasn't finished.
 * @param refused called with the reason when the application runs without an agent
 * @returns a function that stops listening
 */
export function startStore(api: AppApiClient, refused: (error: unknown) => void = () => undefined): () => void {
  const store = new LiveStore(api, refused);
  store.listen();
  void store.load();
  return () => store.stop();
}

/** Codes of errors with which the application reports that it has no agent. */
const NO_AGENT = /^(?:store\.|control\.(?:in-use|forbidden|directory|path|failed|timeout)$|internal$)/;

class LiveStore {
  readonly #api: AppApiClient;
  readonly #refused: (error: unknown) => void;
  readonly #received = new Set<string>();
  #listeners: (() => void)[] = [];
  #stopped = false;

  constructor(api: AppApiClient, refused: (error: unknown) => void) {
    this.#api = api;
    this.#refused = refused;
    void api.closed.then(() => {
      if (!this.#stopped) markLost();
      this.stop();
    });
  }

  listen(): void {
    const api = this.#api;
    const received = <Value>(kind: string, apply: (value: Value) => void) => {
      return (value: Value): void => {
        this.#received.add(kind);
        apply(value);
      };
    };
    this.#listeners = [
      api.on('status.changed', received('status', applyStatus)),
      api.on('peers.changed', received('peers', applyPeers)),
      api.on(
        'plainRelays.changed',
        received('plainRelays', (plainRelays) => useApp.setState({ plainRelays })),
      ),
      api.on(
        'approvals.changed',
        received('approvals', (approvals) => useApp.setState({ approvals })),
      ),
      api.on(
        'adding.requested',
        received('addRequests', (addRequests) => useApp.setState({ addRequests })),
      ),
      api.on(
        'forwards.changed',
        received('forwards', (forwards) => useApp.setState({ forwards })),
      ),
      api.on(
        'gateways.changed',
        received('gateways', (gateways) => useApp.setState({ gateways })),
      ),
      api.on(
        'requests.changed',
        received('requests', (requests) => useApp.setState({ requests })),
      ),
      api.on(
        'node.runs.changed',
        received('nodeRuns', (nodeRuns) => useApp.setState({ nodeRuns })),
      ),
      api.on(
        'remotes.changed',
        received('remotes', (remotes) => useApp.setState({ remotes })),
      ),
      api.on(
        'agents.changed',
        received('agents', (agents) => useApp.setState({ agents })),
      ),
      api.on(
        'instances.changed',
        received('instances', (instances) => useApp.setState({ instances })),
      ),
      followConversations(api),
      followTransfers(api),
      api.on(
        'terminal.shared.changed',
        received('shared', (shared) => useApp.setState({ shared })),
      ),
      api.on(
        'shareLink.changed',
        received('shareLinks', (shareLinks) => useApp.setState({ shareLinks })),
      ),
      api.on(
        'shell.settings.changed',
        received('settings', (settings) => useApp.setState({ settings })),
      ),
      api.on(
        'shell.relay.changed',
        received('hostedRelay', (hostedRelay) => useApp.setState({ hostedRelay })),
      ),
      api.on(
        'shell.updates.changed',
        received('updates', (updates) => useApp.setState({ updates })),
      ),
      api.on('peers.unfinished', ({ name }) => notify({ tone: 'warning', text: text('peers.unfinished', { name }) })),
      api.on('peers.ended', ({ name, cause }) =>
        notify({ tone: 'info', text: text(`peers.ended.${cause}`, { name }) }),
      ),
      api.on('peers.forgot', ({ peerId, name, because }) => {
        if (saysItself(useApp.getState(), peerId)) return;
        notify({
          tone: 'warning',
          text: text(because === 'words' ? 'peers.forgot.news.words' : 'peers.forgot.news', { name }),
        });
      }),
      api.on('peers.suspended', ({ name }) =>
        notify({ tone: 'warning', text: text('peers.suspended.news', { name }) }),
      ),
      api.on('relayOffers.failed', notifyRelayOffer),
      followUses(api),
      api.on('shell.navigate', follow),
      api.on('shell.minimised', () => useApp.setState({ minimised: true })),
    ];
  }

  /** Loads all parts. When a part fails, the others are still loaded: for example, an agent without a shell has no settings. */
  async load(): Promise<void> {
    const api = this.#api;
    const ask = async <Value>(kind: string, answer: Promise<Value>, apply: (value: Value) => void): Promise<void> => {
      try {
        const value = await answer;
        if (!this.#stopped && !this.#received.has(kind)) apply(value);
      } catch {
        // A part that failed stays empty. A lost connection has its own banner.
      }
    };
    // Shared terminals are queried from peers, one of which may be slow, so the rest doesn't wait.
    void ask('shared', api.call('terminal.shared', {}), (shared) => useApp.setState({ shared }));
    void ask('shareLinks', api.call('shareLink.list', {}), (shareLinks) => useApp.setState({ shareLinks }));
    const status = api.call('status.get', {});
    // The application has a window but no agent, so only the reason is shown.
    status.catch((error: unknown) => {
      if (!this.#stopped && NO_AGENT.test(errorCode(error))) this.#refused(error);
    });
    await Promise.all([
      ask('status', status, applyStatus),
      ask('peers', api.call('peers.list', {}), applyPeers),
      ask('plainRelays', api.call('plainRelays.list', {}), (plainRelays) => useApp.setState({ plainRelays })),
      ask('approvals', api.call('approvals.list', {}), (approvals) => useApp.setState({ approvals })),
      ask('addRequests', api.call('adding.requests', {}), (addRequests) => useApp.setState({ addRequests })),
      ask('forwards', api.call('forwards.list', {}), (forwards) => useApp.setState({ forwards })),
      ask('gateways', api.call('gateways.list', {}), (gateways) => useApp.setState({ gateways })),
      ask('requests', api.call('requests.list', {}), ({ waiting }) => useApp.setState({ requests: waiting })),
      ask('nodeRuns', api.call('node.runs', {}), (nodeRuns) => useApp.setState({ nodeRuns })),
      ask('remotes', api.call('remotes.list', {}), (remotes) => useApp.setState({ remotes })),
      ask('agents', api.call('agents.list', {}), (agents) => useApp.setState({ agents })),
      ask('instances', api.call('instances.list', {}), (instances) => useApp.setState({ instances })),
      ask('savedCommands', api.call('savedCommands.list', {}), applySavedCommands),
      ask('facts', api.call('shell.facts', {}), (facts) => useApp.setState({ facts })),
      ask('settings', api.call('shell.settings.get', {}), (settings) => useApp.setState({ settings })),
      ask('hostedRelay', api.call('shell.relay.get', {}), (hostedRelay) => useApp.setState({ hostedRelay })),
      ask('updates', api.call('shell.updates.get', {}), (updates) => useApp.setState({ updates })),
    ]);
    if (this.#stopped) return;
    useApp.setState({ connection: 'ready', lostAt: undefined });
    void moveEarlierOrder(api);
  }

  stop(): void {
    this.#stopped = true;
    for (const off of this.#listeners.splice(0)) off();
  }
}

/** Shows the page or dialog that the tray, a notification or a link asks for. */
function follow(where: EventPayload<'shell.navigate'>): void {
  switch (where.to) {
    case 'pair':
      openPairing(where.codeOrLink === null ? 'choose' : 'join', where.codeOrLink);
      return;
    case 'adding':
      openPairing('by-hand');
      return;
    case 'terminal':
      requestTerminal(where.peerId);
      return;
    case 'machine':
      navigate({ page: 'machines', machine: where.peerId });
      return;
    case 'open-terminal':
      showTerminal(where.id);
      return;
    case 'shared':
      requestShared(where.peerId, where.terminal);
      return;
    case 'gateways':
      showOpenClaw();
      return;
    case 'peers':
      navigate({ page: 'machines' });
      return;
    case 'approvals':
      navigate({ page: 'inbox' });
      return;
    default:
      navigate({ page: where.to });
  }
}

/** Brings a terminal of this window to the front; one that has been closed leads to the others. */
function showTerminal(wanted: number): void {
  const terminal = useApp.getState().openTerminals.find(({ id }) => id === wanted);
  if (terminal === undefined) navigate({ page: 'terminals' });
  else terminal.show();
}

/** Reports whether the page shows this machine, and so says itself what has become of it: its page or row, or a terminal in front. */
function saysItself({ place, openTerminals }: AppState, machine: string): boolean {
  if (place.page === 'machines') return place.machine === undefined || place.machine === machine;
  return (
    place.page === 'terminals' &&
    openTerminals.some(({ peerId, isInFront }) => peerId === machine && isInFront === true)
  );
}

/** Tells the person who approved a peer's relay why it can't be used, and what to do. The toast stays until it is dismissed. */
function notifyRelayOffer({ name, url, isSet, code, message }: EventPayload<'relayOffers.failed'>): void {
  const { what, next } = explainCode(code, message);
  notify({
    tone: 'warning',
    text: text(isSet ? 'approvals.use-relay.waits' : 'approvals.use-relay.failed', { name, url, what, next }),
    action: { label: text('approvals.use-relay.settings'), run: () => showSettingsPlace('relay') },
    stays: true,
  });
}
