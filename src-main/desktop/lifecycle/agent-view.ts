import type {
  AddingView,
  AddRequestView,
  AgentStatus,
  AgentView as LocalAgentView,
  AppApiClient,
  ApprovalView,
  ForwardView,
  GatewayRequestView,
  PeerView,
  ShareLinkView,
  SharedTerminalView,
  TransferView,
} from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

/** State that tray and notifications show; `status` is undefined without an agent. */
export type AgentSnapshot = Readonly<{
  status: AgentStatus | undefined;
  peers: readonly PeerView[];
  /** Approvals that are pending. */
  pending: readonly ApprovalView[];
  /** Requests waiting at gateways, and requests of gateways to this device. */
  requests: readonly GatewayRequestView[];
  /** Forwards as the tray shows them, without their traffic, which changes all the time. */
  forwards: readonly ForwardView[];
  /** Terminals that peers share with this device. */
  shared: readonly SharedTerminalView[];
  /** Links for guests to terminals. */
  links: readonly ShareLinkView[];
  /** Browsers that ask to be added. */
  additions: readonly AddRequestView[];
  /** Agents of this machine, with the numbers of their messages. */
  agents: readonly LocalAgentView[];
  /** Transfers of files, without the small changes of those that run; undefined before they are known. */
  transfers: readonly TransferView[] | undefined;
  /** The machine being added, if its words wait for comparison. */
  comparing: AddingView | undefined;
}>;

export const NO_AGENT: AgentSnapshot = {
  status: undefined,
  peers: [],
  pending: [],
  requests: [],
  forwards: [],
  shared: [],
  links: [],
  additions: [],
  agents: [],
  transfers: undefined,
  comparing: undefined,
};

type ViewClient = Pick<AppApiClient, 'call' | 'on' | 'closed'>;

/**
 * Current state of the agent for tray and notifications: one snapshot in memory, loaded over the app API and updated by events. Created by
 * `createShell`, which passes each snapshot on.
 */
export class AgentView {
  readonly #logger: Logger;
  readonly #changed: (snapshot: AgentSnapshot) => void;
  #snapshot = NO_AGENT;
  #client: ViewClient | undefined;

  constructor(logger: Logger, changed: (snapshot: AgentSnapshot) => void) {
    this.#logger = logger;
    this.#changed = changed;
  }

  get snapshot(): AgentSnapshot {
    return this.#snapshot;
  }

  /** Follows this agent until its connection ends or another one is followed. */
  async follow(client: ViewClient): Promise<void> {
    this.#client = client;
    // Subscribe before asking for the snapshot, so that no change is lost. An event is newer than an answer that
    // arrives after it.
    const received = new Set<keyof AgentSnapshot>();
    const apply = (change: Partial<AgentSnapshot>): void => {
      for (const key of Object.keys(change)) received.add(key as keyof AgentSnapshot);
      this.#update(client, change);
    };
    client.on('status.changed', (status) => apply({ status }));
    client.on('peers.changed', (peers) => apply({ peers }));
    client.on('approvals.changed', (approvals) => apply({ pending: pendingOf(approvals) }));
    client.on('requests.changed', (requests) => apply({ requests }));
    client.on('forwards.changed', (forwards) => {
      if (!received.has('forwards') || !areAlike(forwards, this.#snapshot.forwards)) apply({ forwards });
    });
    client.on('terminal.shared.changed', (shared) => apply({ shared }));
    client.on('shareLink.changed', (links) => apply({ links }));
    client.on('adding.requested', (additions) => apply({ additions }));
    client.on('agents.changed', (agents) => apply({ agents }));
    client.on('adding.changed', (adding) => apply({ comparing: comparingOf([adding]) }));
    this.#followTransfers(client, (transfers) => this.#update(client, { transfers }));
    // The agent requests these from its peers, and one may be slow, so nothing else waits for it.
    client.call('terminal.shared', {}).then(
      (shared) => {
        if (!received.has('shared')) apply({ shared });
      },
      // A change event reports it later.
      () => undefined,
    );
    void client.closed.then(() => {
      this.#update(client, NO_AGENT);
    });
    try {
      const [status, peers, approvals, requests, forwards, addings, links, additions, agents] = await Promise.all([
        client.call('status.get', {}),
        client.call('peers.list', {}),
        client.call('approvals.list', {}),
        client.call('requests.list', {}),
        client.call('forwards.list', {}),
        client.call('adding.list', {}),
        client.call('shareLink.list', {}),
        client.call('adding.requests', {}),
        client.call('agents.list', {}),
      ]);
      const answers: Omit<AgentSnapshot, 'shared' | 'transfers'> = {
        status,
        peers,
        pending: pendingOf(approvals),
        requests: requests.waiting,
        forwards,
        links,
        additions,
        agents,
        comparing: comparingOf(addings),
      };
      this.#update(
        client,
        Object.fromEntries(Object.entries(answers).filter(([key]) => !received.has(key as keyof AgentSnapshot))),
      );
    } catch (error) {
      this.#logger.warn('the agent did not tell its state', { errorCode: errorCode(error) });
    }
  }

  /** Follows the transfers. They change four times a second, so only what tray and notifications show of them counts. */
  #followTransfers(client: ViewClient, apply: (transfers: readonly TransferView[]) => void): void {
    const known = new Map<string, TransferView>();
    let isLoaded = false;
    let shown: string | undefined;
    const show = (): void => {
      const transfers = [...known.values()];
      const text = JSON.stringify(transfers.map(shownOfTransfer));
      if (!isLoaded || text === shown) return;
      shown = text;
      apply(transfers);
    };
    client.on('transfers.changed', (changed) => {
      for (const one of changed) known.set(one.id, one);
      show();
    });
    client.on('transfers.removed', (ids) => {
      for (const id of ids) known.delete(id);
      show();
    });
    client.call('transfers.list', {}).then(
      (transfers) => {
        for (const one of transfers) if (!known.has(one.id)) known.set(one.id, one);
        isLoaded = true;
        show();
      },
      // An agent without transfers has none to show.
      () => undefined,
    );
  }

  #update(client: ViewClient, change: Partial<AgentSnapshot>): void {
    if (client !== this.#client) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#changed(this.#snapshot);
  }
}

/** Compares without traffic, which changes four times a second and isn't shown. */
function areAlike(some: readonly ForwardView[], others: readonly ForwardView[]): boolean {
  return (
    some.length === others.length &&
    some.every((forward, index) => {
      const other = others[index];
      return other !== undefined && shownOf(forward) === shownOf(other);
    })
  );
}

/** Returns what tray and notifications show of a transfer. */
function shownOfTransfer({ id, state, bytes }: TransferView): readonly unknown[] {
  return [id, state, bytes.of === null || bytes.of === 0 ? 0 : Math.floor((100 * bytes.done) / bytes.of)];
}

/** Serialises what the tray shows of a forward, or copies from it. */
function shownOf({ id, rule, state, peerName, address, url }: ForwardView): string {
  const peer = 'peer' in rule ? rule.peer : null;
  return JSON.stringify([id, state, rule.name, rule.enabled, peer, peerName, address, url]);
}

/** Returns the addition whose words wait for comparison; there is at most one. */
function comparingOf(addings: readonly AddingView[]): AddingView | undefined {
  return addings.find(({ state }) => state === 'comparing');
}

function pendingOf(approvals: readonly ApprovalView[]): ApprovalView[] {
  return approvals.filter(({ state }) => state === 'pending');
}
