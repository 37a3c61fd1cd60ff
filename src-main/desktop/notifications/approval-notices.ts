import {
  isProse,
  type AddRequestView,
  type ApprovalView,
  type GatewayRequestView,
  type ShareLinkView,
} from '#shared/app-api/index.ts';
import { cleanName, cutText, markLookalikes, markRightToLeft, mixesDirections } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { requestedAction } from '#shared/locales/index.ts';
import { text } from '../locale/index.ts';

/** Text of a system notification. */
export type SystemNotice = Readonly<{ title: string; body: string; urgent?: boolean }>;

/**
 * Notifier that shows one system notification at a time; a new one replaces it. Used by the classes of this folder; `SystemNotifier` implements it.
 */
export interface Notifier {
  show(notice: SystemNotice, clicked: () => void): void;
  /** Removes the notification if it is still shown. */
  clear(): void;
}

export type ApprovalNoticesOptions = Readonly<{
  clock: Clock;
  notifier: Notifier;
  /** Returns whether the person wants notifications. */
  enabled: () => boolean;
  /** Returns whether the person is looking at the window, which shows the same. */
  attended: () => boolean;
  /** Returns whether the screen is locked, where no names may be shown. */
  locked?: () => boolean;
  /** Called when the notification is clicked. */
  open: () => void;
}>;

/** Shortest time between two notifications, ms. */
export const NOTICE_INTERVAL = 10_000;
/**
 * Longest pause between notifications about the same requester, ms. The pause doubles with each one that no one looks at; requests during a pause
 * are included in notifications about others.
 */
const LONGEST_NOTICE_INTERVAL = 600_000;
/** Time without requests after which a requester counts as new, ms. */
const MEMORY = 1_800_000;
/** Number of requesters that are remembered. */
const MAX_REQUESTERS = 200;
/** Number of characters of the request, and of each fact, in a notification. */
const MAX_OF_EACH = 160;
/** Number of names in one notification. */
const MAX_NAMES = 3;

/** Guest of a share link that waits to be let in. */
export type WaitingGuest = Readonly<{ id: string; link: string; role: ShareLinkView['role'] }>;

/** Browser that asks to be added, by the relay's word. */
export type WaitingBrowser = Pick<AddRequestView, 'peerId'>;

type PendingRequest = Readonly<{ key: string; requester: string }>;

/**
 * Notifications about pending requests. A click opens the window; a notification never answers a request. `createShell` passes in each change of the
 * agent's state. Keeps its limits for each requester in memory only.
 */
export class ApprovalNotices {
  readonly #options: ApprovalNoticesOptions;
  #pending: readonly ApprovalView[] = [];
  #requests: readonly GatewayRequestView[] = [];
  #guests: readonly WaitingGuest[] = [];
  #browsers: readonly WaitingBrowser[] = [];
  /** Keys of requests that were notified, or seen in the window. */
  #known = new Set<string>();
  /** Requesters that were notified while no one looked: how often, and when last. */
  readonly #requesters = new Map<string, Readonly<{ times: number; at: number }>>();
  #shown = false;
  #notifiedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: ApprovalNoticesOptions) {
    this.#options = options;
  }

  /**
   * Updates the requests.
   * @param pending all approvals pending now
   * @param requests all pending requests of gateways
   * @param guests all waiting guests
   * @param browsers all browsers that ask to be added
   */
  update(
    pending: readonly ApprovalView[],
    requests: readonly GatewayRequestView[] = [],
    guests: readonly WaitingGuest[] = [],
    browsers: readonly WaitingBrowser[] = [],
  ): void {
    this.#pending = pending;
    this.#requests = requests;
    this.#guests = guests;
    this.#browsers = browsers;
    const waiting = new Set(this.#pendingRequests().map(({ key }) => key));
    this.#known = new Set([...this.#known].filter((key) => waiting.has(key)));
    if (this.#shown && waiting.size === 0) this.#clear();
    this.#scheduleNotice();
  }

  /** Replaces the notification by one without names, since the screen is locked. */
  screenLocked(): void {
    if (this.#shown) this.#show(true);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#shown) this.#clear();
  }

  #scheduleNotice(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const unknown = this.#unknown();
    if (unknown.length === 0) return;
    if (this.#options.attended()) {
      // The person sees the requests, so every requester counts as new again.
      this.#requesters.clear();
      this.#known = new Set(this.#pendingRequests().map(({ key }) => key));
      return;
    }
    const { clock } = this.#options;
    const soonest = Math.min(...unknown.map(({ requester }) => this.#earliestNotice(requester)));
    const left = Math.max(soonest, this.#notifiedAt + NOTICE_INTERVAL) - clock.monotonic();
    if (left <= 0) this.#notify();
    // Requests that end in the meantime aren't notified.
    else this.#timer = clock.setTimer(left, () => this.#scheduleNotice());
  }

  /** Returns the monotonic time from which the requester may be notified again. */
  #earliestNotice(requester: string): number {
    const before = this.#requesters.get(requester);
    if (before === undefined) return Number.NEGATIVE_INFINITY;
    return before.at + Math.min(NOTICE_INTERVAL * 2 ** (before.times - 1), LONGEST_NOTICE_INTERVAL);
  }

  #remember(requesters: ReadonlySet<string>): void {
    const now = this.#options.clock.monotonic();
    for (const requester of requesters) {
      const before = this.#requesters.get(requester);
      const times = before === undefined || now - before.at > MEMORY ? 1 : Math.min(before.times + 1, 16);
      // Insert again, so that the most recent requester is forgotten last.
      this.#requesters.delete(requester);
      this.#requesters.set(requester, { times, at: now });
    }
    for (const requester of [...this.#requesters.keys()].slice(0, Math.max(0, this.#requesters.size - MAX_REQUESTERS)))
      this.#requesters.delete(requester);
  }

  #notify(): void {
    const { clock, enabled, locked = () => false } = this.#options;
    const unknown = this.#unknown();
    for (const { key } of unknown) this.#known.add(key);
    if (!enabled()) return;
    this.#remember(new Set(unknown.map(({ requester }) => requester)));
    this.#notifiedAt = clock.monotonic();
    this.#show(locked());
  }

  #show(locked: boolean): void {
    this.#shown = true;
    this.#options.notifier.show(noticeOf(this.#pending, this.#requests, locked, this.#guests, this.#browsers), () => {
      this.#shown = false;
      this.#requesters.clear();
      this.#options.open();
    });
  }

  #unknown(): PendingRequest[] {
    return this.#pendingRequests().filter(({ key }) => !this.#known.has(key));
  }

  #pendingRequests(): PendingRequest[] {
    return [
      ...this.#pending.map(({ id, peerId }) => ({ key: `approval ${id}`, requester: `peer ${peerId}` })),
      ...this.#requests.map(({ key, gateway }) => ({ key: `request ${key}`, requester: `gateway ${gateway}` })),
      // A guest that asks again and again has the same link.
      ...this.#guests.map(({ id, link }) => ({ key: `guest ${id}`, requester: `link ${link}` })),
      // A relay can make up as many as it likes.
      ...this.#browsers.map(({ peerId }) => ({ key: `browser ${peerId}`, requester: 'browsers' })),
    ];
  }

  #clear(): void {
    this.#shown = false;
    this.#options.notifier.clear();
  }
}

/**
 * Builds a notification: for a single request who asks and for what, with its facts before the peer's own words; on a
 * locked screen only the number. The name of a guest, or of a browser that asks to be added, is whatever it says, so it isn't shown.
 */
export function noticeOf(
  pending: readonly ApprovalView[],
  requests: readonly GatewayRequestView[] = [],
  locked = false,
  guests: readonly WaitingGuest[] = [],
  browsers: readonly WaitingBrowser[] = [],
): SystemNotice {
  const count = pending.length + requests.length + guests.length + browsers.length;
  const names = [
    ...new Set([
      ...pending.map(peerOf),
      ...requests.map(({ gatewayName }) => shown(gatewayName)),
      ...guests.map(() => text('desktop.guests.name')),
      ...browsers.map(() => text('desktop.browsers.name')),
    ]),
  ];
  const [approval] = pending;
  const [guest] = guests;
  const [request] = requests;
  const several = text('desktop.approvals.several', {
    peers: names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ', …' : ''),
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
        ? waitingText(guest)
        : text(`desktop.requests.${request.kind}`, { who: shown(request.who), gateway: shown(request.gatewayName) });
  const isUrgent = requests.some(({ severity }) => severity === 'critical');
  return {
    title: isUrgent
      ? count === 1
        ? text('desktop.requests.critical')
        : text('desktop.requests.critical-several', { count })
      : text('desktop.approvals.title', { count }),
    // Anyone can read a locked screen, so it shows the number only.
    body: locked ? '' : count === 1 ? one : several,
    ...(isUrgent ? { urgent: true } : {}),
  };
}

function waitingText(guest: WaitingGuest | undefined): string {
  return guest === undefined ? text('desktop.browsers.text') : text(`desktop.guests.${guest.role}`);
}

/** Lists the content of a request, with the deciding facts first, so that the peer's words can't push them out of sight. */
function exactly({ right, detail, facts = [] }: ApprovalView): readonly string[] {
  // The desktop draws the text and could reorder it.
  const wanted = markLookalikes(
    right === 'prompt' ? detail : inThisLanguage(detail),
    isProse(right) ? 'read' : 'judge',
  );
  const lines = [
    ...facts.map(({ fact, value }) => ({
      name: text(`desktop.approvals.facts.${fact}`),
      value: markLookalikes(value),
    })),
    { name: undefined, value: wanted },
  ];
  const isCut = lines.some(({ value }) => value.length > MAX_OF_EACH);
  return [
    ...lines.map(({ name, value }) => {
      const shortened = withoutMarkup(cutText(value, MAX_OF_EACH));
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

/** Names the peer with its short ID, since names can look alike. */
function peerOf({ peerId, peerName }: ApprovalView): string {
  return `${shown(peerName)} (${peerId.slice(0, 7)})`;
}

function shown(name: string): string {
  const clean = cleanName(name);
  return withoutMarkup(mixesDirections(clean) ? markRightToLeft(clean) : clean);
}

/**
 * Replaces markup characters by similar ones. On Linux the body is markup, with links and images on some desktops;
 * escaped characters would appear as entities on others.
 */
export function withoutMarkup(name: string): string {
  return name.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
