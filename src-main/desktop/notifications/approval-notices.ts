import type { ApprovalView, GatewayRequestView } from '#shared/app-api/index.ts';
import { cleanName, cutText, markLookalikes, markRightToLeft, mixesDirections } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { requestedAction } from '#shared/locales/index.ts';
import { text } from '../locale/index.ts';

export type SystemNotice = Readonly<{ title: string; body: string; urgent?: boolean }>;

/** Shows one notice of the system; a later one takes its place. */
export interface Notifier {
  show(notice: SystemNotice, clicked: () => void): void;
  /** Takes the notice away again, where it still stands. */
  clear(): void;
}

export type ApprovalNoticesOptions = Readonly<{
  clock: Clock;
  notifier: Notifier;
  /** The person wants notices. */
  enabled: () => boolean;
  /** The person looks at the window, which shows the same. */
  attended: () => boolean;
  /** The screen is locked: names stay off it. */
  locked?: () => boolean;
  /** The notice was clicked. */
  open: () => void;
}>;

/** Ms between two notices, whoever asks. */
export const NOTICE_INTERVAL = 10_000;
/** The same of one who asks again and again while nobody looks: twice as long each time, up to this. What it asks is told with what others ask. */
const LONGEST_NOTICE_INTERVAL = 600_000;
/** Who was silent for so long asks for the first time, ms. */
const MEMORY = 1_800_000;
/** Askers that are remembered; the oldest are forgotten. */
const MOST_ASKERS = 200;
/** Characters of the request, and of each fact, in a notice. */
const MOST_OF_EACH = 160;
/** Names in one notice. */
const MOST_NAMES = 3;

type Asked = Readonly<{ key: string; asker: string }>;

/** Tells of requests that wait for an answer; a notice leads to them, and never answers one. */
export class ApprovalNotices {
  readonly #options: ApprovalNoticesOptions;
  #pending: readonly ApprovalView[] = [];
  #requests: readonly GatewayRequestView[] = [];
  /** Keys of those told of, or seen in the window. */
  #known = new Set<string>();
  /** Who was told of without the person having looked: how often, and when the last time. */
  readonly #askers = new Map<string, Readonly<{ times: number; at: number }>>();
  #shown = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: ApprovalNoticesOptions) {
    this.#options = options;
  }

  /** @param pending all that wait now @param requests the same of gateways */
  update(pending: readonly ApprovalView[], requests: readonly GatewayRequestView[] = []): void {
    this.#pending = pending;
    this.#requests = requests;
    const waiting = new Set(this.#asked().map(({ key }) => key));
    this.#known = new Set([...this.#known].filter((key) => waiting.has(key)));
    if (this.#shown && waiting.size === 0) this.#clear();
    this.#tellSoon();
  }

  /** The screen was locked: what stands there says no more than how many wait. */
  screenLocked(): void {
    if (this.#shown) this.#show(true);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#shown) this.#clear();
  }

  #tellSoon(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const unknown = this.#unknown();
    if (unknown.length === 0) return;
    if (this.#options.attended()) {
      // The person sees them, and whoever asks next is news again.
      this.#askers.clear();
      this.#known = new Set(this.#asked().map(({ key }) => key));
      return;
    }
    const { clock } = this.#options;
    const soonest = Math.min(...unknown.map(({ asker }) => this.#mayTell(asker)));
    const left = Math.max(soonest, this.#toldAt + NOTICE_INTERVAL) - clock.monotonic();
    if (left <= 0) this.#tell();
    // What comes and goes meanwhile is not told.
    else this.#timer = clock.setTimer(left, () => this.#tellSoon());
  }

  /** From when on this one is worth a notice, monotonic. */
  #mayTell(asker: string): number {
    const before = this.#askers.get(asker);
    if (before === undefined) return Number.NEGATIVE_INFINITY;
    return before.at + Math.min(NOTICE_INTERVAL * 2 ** (before.times - 1), LONGEST_NOTICE_INTERVAL);
  }

  #remember(askers: ReadonlySet<string>): void {
    const now = this.#options.clock.monotonic();
    for (const asker of askers) {
      const before = this.#askers.get(asker);
      const times = before === undefined || now - before.at > MEMORY ? 1 : Math.min(before.times + 1, 16);
      // Behind the others: the one that has asked last is forgotten last.
      this.#askers.delete(asker);
      this.#askers.set(asker, { times, at: now });
    }
    for (const asker of [...this.#askers.keys()].slice(0, Math.max(0, this.#askers.size - MOST_ASKERS)))
      this.#askers.delete(asker);
  }

  #tell(): void {
    const { clock, enabled, locked = () => false } = this.#options;
    const unknown = this.#unknown();
    for (const { key } of unknown) this.#known.add(key);
    if (!enabled()) return;
    this.#remember(new Set(unknown.map(({ asker }) => asker)));
    this.#toldAt = clock.monotonic();
    this.#show(locked());
  }

  #show(locked: boolean): void {
    this.#shown = true;
    this.#options.notifier.show(noticeOf(this.#pending, this.#requests, locked), () => {
      this.#shown = false;
      this.#askers.clear();
      this.#options.open();
    });
  }

  #unknown(): Asked[] {
    return this.#asked().filter(({ key }) => !this.#known.has(key));
  }

  #asked(): Asked[] {
    return [
      ...this.#pending.map(({ id, peerId }) => ({ key: `approval ${id}`, asker: `peer ${peerId}` })),
      ...this.#requests.map(({ key, gateway }) => ({ key: `request ${key}`, asker: `gateway ${gateway}` })),
    ];
  }

  #clear(): void {
    this.#shown = false;
    this.#options.notifier.clear();
  }
}

/** Who asks, and for what: of a single request all that decides it, before the words of the peer. On a locked screen only how many wait. */
export function noticeOf(
  pending: readonly ApprovalView[],
  requests: readonly GatewayRequestView[] = [],
  locked = false,
): SystemNotice {
  const count = pending.length + requests.length;
  const names = [...new Set([...pending.map(peerOf), ...requests.map(({ gatewayName }) => shown(gatewayName))])];
  const [approval] = pending;
  const [request] = requests;
  const several = text('desktop.approvals.several', {
    peers: names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ', …' : ''),
  });
  const one =
    approval !== undefined
      ? [
          text('desktop.approvals.one', {
            peer: peerOf(approval),
            right: text(`desktop.approvals.rights.${approval.right}`),
          }),
          ...(approval.uncompared === true ? [text('desktop.approvals.uncompared')] : []),
          ...exactly(approval),
        ].join('\n')
      : request === undefined
        ? ''
        : text(`desktop.requests.${request.kind}`, { who: shown(request.who), gateway: shown(request.gatewayName) });
  const isUrgent = requests.some(({ severity }) => severity === 'critical');
  return {
    title: isUrgent
      ? count === 1
        ? text('desktop.requests.critical')
        : text('desktop.requests.critical-several', { count })
      : text('desktop.approvals.title', { count }),
    // Whoever walks by a locked screen learns how many, and nothing of whom.
    body: locked ? '' : count === 1 ? one : several,
    ...(isUrgent ? { urgent: true } : {}),
  };
}

/** What exactly is asked for, what decides it first: it is never pushed out of sight by the words of the peer. */
function exactly({ right, detail, facts = [] }: ApprovalView): readonly string[] {
  // The desktop draws it, and could reorder it. A prompt is prose.
  const wanted = right === 'prompt' ? markLookalikes(detail, 'read') : markLookalikes(inThisLanguage(detail));
  const lines = [
    ...facts.map(({ fact, value }) => ({
      name: text(`desktop.approvals.facts.${fact}`),
      value: markLookalikes(value),
    })),
    { name: undefined, value: wanted },
  ];
  const isCut = lines.some(({ value }) => value.length > MOST_OF_EACH);
  return [
    ...lines.map(({ name, value }) => {
      const shortened = withoutMarkup(cutText(value, MOST_OF_EACH));
      return name === undefined ? shortened : text('desktop.approvals.fact', { name, value: shortened });
    }),
    ...(isCut ? [text('desktop.approvals.more')] : []),
  ];
}

function inThisLanguage(detail: string): string {
  const action = requestedAction(detail);
  if (action === undefined) return detail;
  return 'what' in action ? text(action.key, { what: action.what }) : text(action.key);
}

/** Names can look alike; the short id tells who it is. */
function peerOf({ peerId, peerName }: ApprovalView): string {
  return `${shown(peerName)} (${peerId.slice(0, 7)})`;
}

function shown(name: string): string {
  const clean = cleanName(name);
  return withoutMarkup(mixesDirections(clean) ? markRightToLeft(clean) : clean);
}

/** The body of a notice is markup on Linux, with links and images on some desktops; written as entities it would be seen as such on others. */
export function withoutMarkup(name: string): string {
  return name.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
