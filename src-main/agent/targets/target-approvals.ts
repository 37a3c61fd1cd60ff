import type { PeerId } from '#shared/identity/index.ts';
import type { ApprovalOutcome, ApprovalStore } from '../core/approvals/index.ts';
import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { hostAndPort, type NormalizedHost } from './host.ts';
import type { TargetUse } from './types.ts';

export type TargetApproval = Readonly<{
  peerId: PeerId;
  /** The same key is the same question. */
  key: string;
  /** Topic that a "not now" covers; without the addresses of a name, which someone else chooses. */
  topic: string;
  /** Every address, also those that the detail only counts. */
  subject: string;
  detail: string;
  signal: AbortSignal;
  /** Called once for all who wait, before any of them goes on. */
  approved(): void;
  /** The person wants it for good. */
  remember(): void;
  /** Reports whether the request needs no answer any more because it is allowed now. */
  isSettled(): boolean;
}>;

type Open = {
  readonly question: TargetApproval;
  waiting: number;
  readonly end: AbortController;
  readonly outcome: Promise<ApprovalOutcome>;
};

/** One request in Approvals for each question, however many connections wait for the answer. */
export class TargetApprovals {
  readonly #approvals: Pick<ApprovalStore, 'request'>;
  readonly #open = new Map<string, Open>();

  constructor(approvals: Pick<ApprovalStore, 'request'>) {
    this.#approvals = approvals;
  }

  /** Never rejects; `withdrawn` when this one has gone, or when the question was settled otherwise. */
  ask(question: TargetApproval): Promise<ApprovalOutcome> {
    const { key, signal } = question;
    if (signal.aborted) return Promise.resolve('withdrawn');
    const open = this.#open.get(key) ?? this.#begin(question);
    open.waiting += 1;
    return new Promise((resolve) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort);
        open.waiting -= 1;
        // Nobody waits any more.
        if (open.waiting === 0) this.#close(open);
      };
      const abort = (): void => {
        leave();
        resolve('withdrawn');
      };
      signal.addEventListener('abort', abort, { once: true });
      void open.outcome.then((outcome) => {
        if (signal.aborted) return;
        leave();
        resolve(outcome);
      });
    });
  }

  /** Something has changed: what needs no answer any more is taken back. */
  review(): void {
    for (const open of this.#open.values()) if (open.question.isSettled()) this.#close(open);
  }

  #begin(question: TargetApproval): Open {
    const { key, peerId, topic, subject, detail, remember } = question;
    const end = new AbortController();
    const outcome = this.#approvals
      .request({ peerId, right: 'forward', topic, subject, detail, remember: () => remember() }, end.signal)
      .then((result) => {
        this.#forget(open);
        if (result === 'approved') question.approved();
        return result;
      });
    const open: Open = { question, waiting: 0, end, outcome };
    this.#open.set(key, open);
    return open;
  }

  /** Closes the request; the next one for the same target starts over. */
  #close(open: Open): void {
    this.#forget(open);
    open.end.abort();
  }

  #forget(open: Open): void {
    if (this.#open.get(open.question.key) === open) this.#open.delete(open.question.key);
  }
}

/** Addresses of a name elsewhere that a person is shown. */
const SHOWN = 4;

/**
 * Describes for the person what would be reached, by name and by address.
 * @param isElsewhere neither this machine nor a network that isn't reachable from everywhere
 */
export function describeTarget(
  use: TargetUse,
  asked: NormalizedHost,
  port: number,
  addresses: readonly IpAddress[],
  isElsewhere: (address: IpAddress) => boolean,
): string {
  const place = use === 'listen' && port === 0 ? `a free port of ${asked.text}` : hostAndPort(asked.text, port);
  return `${VERBS[use]} ${place}${asked.kind === 'name' ? ` (${listed(addresses, isElsewhere)})` : ''}`;
}

const VERBS: Readonly<Record<TargetUse, string>> = {
  tcp: 'connect to',
  udp: 'send datagrams to',
  listen: 'take connections at',
};

/** This machine and its networks first, and all of them: nothing that matters hides behind many addresses that do not. */
function listed(addresses: readonly IpAddress[], isElsewhere: (address: IpAddress) => boolean): string {
  const near = addresses.filter((address) => !isElsewhere(address));
  const far = addresses.filter(isElsewhere);
  const more = far.length - SHOWN;
  const shown = [...near, ...far.slice(0, SHOWN)].map(formatIp).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
