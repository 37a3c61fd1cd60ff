import type { PeerId } from '#shared/identity/index.ts';
import type { ApprovalOutcome, ApprovalStore } from '../core/approvals/index.ts';
import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { hostAndPort, type NormalizedHost } from './host.ts';
import { SESSION_GRANT_LIFETIME } from './session-grants.ts';
import type { TargetUse } from './target-policy.ts';

/** Request to a person to approve a target. */
export type TargetApproval = Readonly<{
  peerId: PeerId;
  /** Identity of the request: requests with the same key share one answer. */
  key: string;
  /** Topic that "declined for now" covers; without the addresses of a name, which its owner can change. */
  topic: string;
  /** All addresses, including those that the detail only counts. */
  subject: string;
  /** Description for the person. */
  detail: string;
  signal: AbortSignal;
  /** Called once on approval, before any waiting connection continues; not if the approval has allowed the target permanently. */
  approved(): void;
  /** Called if the person allows the target permanently. */
  remember(): void;
  /** Reports whether the target is allowed by now, so that no answer is needed. */
  isSettled(): boolean;
}>;

type Open = {
  readonly question: TargetApproval;
  waiting: number;
  readonly end: AbortController;
  readonly outcome: Promise<ApprovalOutcome>;
};

/**
 * Requests of `PeerTargets` for approval of targets, in memory: one request in the approval store per target, shared by all connections that wait for
 * its answer. The approval store shows it to a person, saves the decision and writes the audit log.
 */
export class TargetApprovals {
  readonly #approvals: Pick<ApprovalStore, 'request'>;
  readonly #open = new Map<string, Open>();

  constructor(approvals: Pick<ApprovalStore, 'request'>) {
    this.#approvals = approvals;
  }

  /** Asks a person. Never rejects; resolves with `withdrawn` if the signal aborts or the request needs no answer any more. */
  ask(question: TargetApproval): Promise<ApprovalOutcome> {
    const { key, signal } = question;
    if (signal.aborted) return Promise.resolve('withdrawn');
    const open = this.#open.get(key) ?? this.#begin(question);
    open.waiting += 1;
    return new Promise((resolve) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort);
        open.waiting -= 1;
        // No connection waits any more.
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

  /** Withdraws requests that need no answer any more. Called after rights have changed. */
  review(): void {
    for (const open of this.#open.values()) if (open.question.isSettled()) this.#close(open);
  }

  #begin(question: TargetApproval): Open {
    const { key, peerId, topic, subject, detail, remember } = question;
    const end = new AbortController();
    const outcome = this.#approvals
      .request(
        {
          peerId,
          right: 'forward',
          topic,
          subject,
          detail,
          remember: () => remember(),
          lasts: SESSION_GRANT_LIFETIME,
        },
        end.signal,
      )
      .then((result) => {
        this.#forget(open);
        // What was remembered is all that holds: removing it ends it.
        if (result === 'approved' && !question.isSettled()) question.approved();
        return result;
      });
    const open: Open = { question, waiting: 0, end, outcome };
    this.#open.set(key, open);
    return open;
  }

  /** Withdraws a request; the next one for the same target starts over. */
  #close(open: Open): void {
    this.#forget(open);
    open.end.abort();
  }

  #forget(open: Open): void {
    if (this.#open.get(open.question.key) === open) this.#open.delete(open.question.key);
  }
}

/** Most public addresses of a name that a person is shown. */
const SHOWN = 4;

/**
 * Describes for a person what a peer wants to reach, by name and address.
 * @param isElsewhere returns true for public addresses that aren't this machine's
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

/**
 * Lists addresses: first all of this machine and private networks, then a few public ones, so that many public addresses can't hide a critical one.
 */
function listed(addresses: readonly IpAddress[], isElsewhere: (address: IpAddress) => boolean): string {
  const local = addresses.filter((address) => !isElsewhere(address));
  const elsewhere = addresses.filter(isElsewhere);
  const more = elsewhere.length - SHOWN;
  const shown = [...local, ...elsewhere.slice(0, SHOWN)].map(formatIp).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
