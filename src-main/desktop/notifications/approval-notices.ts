import type { ApprovalView, GatewayRequestView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/clean-text.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { TEXTS } from '../texts.ts';

export type Notice = Readonly<{ title: string; body: string; urgent?: boolean }>;

/** Shows one notice of the system; a later one takes its place. */
export interface Notifier {
  show(notice: Notice, clicked: () => void): void;
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
  /** The notice was clicked. */
  open: () => void;
}>;

/** Ms between two notices; a peer that asks again and again makes no more than that. */
export const NOTICE_INTERVAL = 10_000;
/** Names in one notice. */
const MOST_NAMES = 3;

/** Tells of requests that wait for an answer; a notice leads to them, and never answers one. */
export class ApprovalNotices {
  readonly #options: ApprovalNoticesOptions;
  #pending: readonly ApprovalView[] = [];
  #requests: readonly GatewayRequestView[] = [];
  /** Keys of those told of, or seen in the window. */
  #known = new Set<string>();
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
    const waiting = new Set(this.#keys());
    this.#known = new Set([...this.#known].filter((key) => waiting.has(key)));
    if (this.#shown && waiting.size === 0) this.#clear();
    this.#tellSoon();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#shown) this.#clear();
  }

  #tellSoon(): void {
    if (this.#timer !== undefined || this.#unknown().length === 0) return;
    const { clock } = this.#options;
    const left = this.#toldAt + NOTICE_INTERVAL - clock.monotonic();
    if (left <= 0) this.#tell();
    else
      this.#timer = clock.setTimer(left, () => {
        this.#timer = undefined;
        // What came and went meanwhile is not told.
        if (this.#unknown().length > 0) this.#tell();
      });
  }

  #tell(): void {
    const { clock, notifier, enabled, attended, open } = this.#options;
    for (const key of this.#unknown()) this.#known.add(key);
    if (!enabled() || attended()) return;
    this.#toldAt = clock.monotonic();
    this.#shown = true;
    notifier.show(noticeOf(this.#pending, this.#requests), () => {
      this.#shown = false;
      open();
    });
  }

  #unknown(): string[] {
    return this.#keys().filter((key) => !this.#known.has(key));
  }

  #keys(): string[] {
    return [...this.#pending.map(({ id }) => `approval ${id}`), ...this.#requests.map(({ key }) => `request ${key}`)];
  }

  #clear(): void {
    this.#shown = false;
    this.#options.notifier.clear();
  }
}

/** Who asks, and for how many things. What exactly is asked may be private, and a notice is seen on a locked screen. */
export function noticeOf(pending: readonly ApprovalView[], requests: readonly GatewayRequestView[] = []): Notice {
  const count = pending.length + requests.length;
  const names = [
    ...new Set([...pending.map(({ peerName }) => peerName), ...requests.map(({ gatewayName }) => gatewayName)]),
  ].map(shown);
  const [approval] = pending;
  const [request] = requests;
  const several = TEXTS.approvals.several(
    names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ', …' : ''),
  );
  const one =
    approval !== undefined
      ? TEXTS.approvals.one(shown(approval.peerName), TEXTS.approvals.rights[approval.right])
      : request === undefined
        ? ''
        : TEXTS.requests[request.kind](shown(request.who), shown(request.gatewayName));
  const isUrgent = requests.some(({ severity }) => severity === 'critical');
  return {
    title: isUrgent ? TEXTS.requests.critical(count) : TEXTS.approvals.title(count),
    body: count === 1 ? one : several,
    ...(isUrgent ? { urgent: true } : {}),
  };
}

function shown(name: string): string {
  return withoutMarkup(cleanName(name));
}

/** The body of a notice is markup on Linux, with links and images on some desktops; written as entities it would be seen as such on others. */
function withoutMarkup(name: string): string {
  return name.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
