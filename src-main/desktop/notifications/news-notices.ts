import type {
  AgentStatus,
  AgentView,
  EventPayload,
  ForwardView,
  PeerView,
  SharedTerminalView,
} from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { explainCode, text } from '../locale/index.ts';
import { withoutMarkup, type SystemNotice, type Notifier } from './approval-notices.ts';

type Destination = EventPayload<'shell.navigate'>;

export type NewsFacts = Readonly<{
  status: AgentStatus | undefined;
  peers: readonly PeerView[];
  forwards: readonly ForwardView[];
  /** Terminals that peers share with this device. */
  shared: readonly SharedTerminalView[];
  /** Agents of this machine, with the numbers of their messages. */
  agents: readonly AgentView[];
}>;

/** Options with the meanings of `ApprovalNoticesOptions`. */
export type NewsNoticesOptions = Readonly<{
  clock: Clock;
  notifier: Notifier;
  enabled: () => boolean;
  attended: () => boolean;
  locked: () => boolean;
  open: (destination: Destination) => void;
}>;

/** Time that a condition must last before it is notified, ms, so that a relay that only restarts isn't. */
export const NEWS_DELAY = 10_000;
/** Shortest time between two notifications of news, ms. */
export const NEWS_INTERVAL = 60_000;
/** Time within which the same news isn't repeated, ms, since a forward may fail and recover in turns. */
export const NEWS_MEMORY = 1_800_000;

/** Keys of the news about messages. */
const UNREAD = 'messages unread';
const HELD = 'messages held';
const MESSAGE_KEYS = [UNREAD, HELD] as const;

type News = Readonly<{ key: string; notice: SystemNotice; to: Destination }>;

/**
 * Notifications about conditions that need a person or may interest them: no connection, a failed forward, a full disk, a new peer, a terminal shared
 * with this device. `createShell` passes in each change of the agent's state. Remembers in memory what was notified.
 */
export class NewsNotices {
  readonly #options: NewsNoticesOptions;
  /** Monotonic time of the latest notification, by key. */
  readonly #notified = new Map<string, number>();
  /** Current conditions, each with the monotonic time of its start. */
  #current = new Map<string, Readonly<{ news: News; since: number }>>();
  #peers: ReadonlySet<string> | undefined;
  #paired = new Map<string, string>();
  #notifiedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: NewsNoticesOptions) {
    this.#options = options;
  }

  update(facts: NewsFacts): void {
    // Without an agent there are no facts, and those that return with the next one aren't new.
    if (facts.status === undefined) return;
    this.#notePeers(facts.peers);
    const now = this.#options.clock.monotonic();
    this.#current = new Map(
      [...newsOf(facts), ...this.#pairedNews()].map((news) => [
        news.key,
        { news, since: this.#current.get(news.key)?.since ?? now },
      ]),
    );
    // Once the person has read all, the next message is a first one again.
    for (const key of MESSAGE_KEYS) if (!this.#current.has(key)) this.#notified.delete(key);
    this.#scheduleNotice();
  }

  close(): void {
    this.#timer?.cancel();
    this.#options.notifier.clear();
  }

  #notePeers(peers: readonly PeerView[]): void {
    // The first list contains peers that existed before.
    if (this.#peers !== undefined)
      for (const { peerId, name, pairedAt } of peers)
        if (!this.#peers.has(peerId)) this.#paired.set(peerId, `${pairedAt} ${cleanName(name)}`);
    this.#peers = new Set(peers.map(({ peerId }) => peerId));
  }

  #pairedNews(): News[] {
    const fresh = [...this.#paired];
    if (fresh.length === 0) return [];
    const names = fresh.map(([, pairing]) => pairing.slice(pairing.indexOf(' ') + 1));
    return [
      {
        key: `paired ${fresh.map(([peerId]) => peerId).join()}`,
        notice: {
          title: text('desktop.news.paired', { peers: withoutMarkup(names.join(', ')) }),
          body: text('desktop.news.paired-text'),
        },
        to: { to: 'peers' },
      },
    ];
  }

  #scheduleNotice(): void {
    const { clock, attended } = this.#options;
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = clock.monotonic();
    if (attended()) {
      // The window shows all of it.
      for (const key of this.#current.keys()) this.#notified.set(key, now);
      this.#paired.clear();
      return;
    }
    const waiting = this.#waiting();
    if (waiting.length === 0) return;
    const ripe = Math.min(...waiting.map(({ since }) => since + NEWS_DELAY));
    const left = Math.max(ripe, this.#notifiedAt + NEWS_INTERVAL) - now;
    if (left <= 0) this.#notify();
    else this.#timer = clock.setTimer(left, () => this.#scheduleNotice());
  }

  #waiting(): readonly Readonly<{ news: News; since: number }>[] {
    const now = this.#options.clock.monotonic();
    return [...this.#current.values()].filter(
      ({ news }) => (this.#notified.get(news.key) ?? Number.NEGATIVE_INFINITY) + NEWS_MEMORY <= now,
    );
  }

  #notify(): void {
    const { clock, notifier, enabled, locked, open } = this.#options;
    const now = clock.monotonic();
    const waiting = this.#waiting();
    for (const { news } of waiting) this.#notified.set(news.key, now);
    this.#paired.clear();
    const [first, ...others] = waiting.map(({ news }) => news);
    if (first === undefined || !enabled()) return;
    this.#notifiedAt = now;
    const notice =
      others.length === 0
        ? first.notice
        : {
            title: text('desktop.news.several', { count: waiting.length }),
            body: waiting.map(({ news }) => news.notice.title).join(' · '),
          };
    notifier.show(locked() ? { title: text('desktop.news.locked'), body: '' } : notice, () => open(first.to));
  }
}

function newsOf({ status, peers, forwards, shared, agents }: NewsFacts): News[] {
  const news: News[] = [];
  if (status === undefined || status.paused !== undefined) return news;
  const { relay, problems = [] } = status;
  if (relay.state === 'failed' && relay.problem !== null) {
    const { what } = explainCode(relay.problem, relay.problem);
    news.push({
      key: `relay ${relay.problem}`,
      notice: { title: text('desktop.news.relay'), body: what },
      to: { to: 'settings' },
    });
  }
  const [problem] = problems;
  if (problem !== undefined) {
    const { what } = explainCode(problem.code, problem.code, problem.details);
    news.push({
      key: `profile ${problem.code}`,
      notice: {
        title: text(problem.code === 'relay.page-differs' ? 'desktop.news.relay-page' : 'desktop.news.profile'),
        body: what,
      },
      to: { to: 'settings' },
    });
  }
  const failed = forwards.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    news.push({
      key: `forwards ${failed
        .map(({ id }) => id)
        .sort()
        .join()}`,
      notice: {
        title: text('desktop.news.forwards', { count: failed.length }),
        body: withoutMarkup(
          failed
            .map(({ rule }) => cleanName(rule.name))
            .slice(0, 3)
            .join(', '),
        ),
      },
      to: { to: 'forwards' },
    });
  return [...news, ...messageNews(agents), ...peers.flatMap((peer) => sharedNews(peer, shared))];
}

/** Returns an item for unread messages to the person, and one for those that are held, however many they are: peers control that. */
function messageNews(agents: readonly AgentView[]): News[] {
  const unread = agents.reduce((sum, { builtIn, waiting }) => sum + (builtIn ? waiting : 0), 0);
  const held = agents.reduce((sum, agent) => sum + agent.held, 0);
  const to = { to: 'messages' } as const;
  return [
    ...(unread === 0
      ? []
      : [
          {
            key: UNREAD,
            notice: { title: text('desktop.news.message', { count: unread }), body: text('desktop.news.message-text') },
            to,
          },
        ]),
    ...(held === 0
      ? []
      : [
          {
            key: HELD,
            notice: { title: text('desktop.news.held', { count: held }), body: text('desktop.news.held-text') },
            to,
          },
        ]),
  ];
}

/** Returns one item per sharing peer, regardless of what and how often it shares, since a peer controls that. */
function sharedNews({ peerId, name }: PeerView, shared: readonly SharedTerminalView[]): News[] {
  const ofPeer = shared.filter((terminal) => terminal.peerId === peerId);
  const [first] = ofPeer;
  if (first === undefined) return [];
  const peer = withoutMarkup(cleanName(name));
  const holder = withoutMarkup(cleanName(first.holder)) || peer;
  return [
    {
      key: `shared ${peerId}`,
      notice: {
        title:
          ofPeer.length === 1
            ? text('desktop.news.shared', { holder, peer })
            : text('desktop.news.shared-many', { count: ofPeer.length, peer }),
        body: text('desktop.news.shared-text'),
      },
      to: ofPeer.length === 1 ? { to: 'shared', peerId, terminal: first.terminal } : { to: 'terminals' },
    },
  ];
}
