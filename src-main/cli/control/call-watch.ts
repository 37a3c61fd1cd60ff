import type { AppApiClient, AppCall, CallGuard, GuardedCall } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import { AgentError } from '../errors.ts';

/** Time after which a line tells what a call is waiting for, ms. */
export const NOTIFY_AFTER = 2000;
/** Time after which a call without an answer fails, ms, unless `--answer-within` sets another. */
export const DEFAULT_LIMIT = 15_000;
/** Longest wait for the agent's answer to a trivial call, ms. */
const SIGN_TIMEOUT = 300;

/**
 * Calls without a time limit: they wait for a person, or the agent ends them itself with a better error. They continue
 * as long as the agent answers other calls.
 */
const OPEN_ENDED: ReadonlySet<AppCall> = new Set<AppCall>([
  'adding.answer',
  'adding.ask',
  'adding.wait',
  'diagnostics.get',
  'discovery.search',
  'forwards.add',
  'forwards.probe',
  'gateways.discover',
  'gateways.handover',
  'gateways.probe',
  'gateways.read',
  'gateways.terminal.open',
  'messages.take',
  'nodes.invoke',
  'pairing.invite',
  'pairing.join',
  'pairing.result',
  'relay.configure',
  'relay.goBack',
  'relay.ready',
  'relayServers.run',
  'remote.prompt',
  'remote.restart',
  'remote.watch',
  'remote.workflow',
  'transfers.receive',
]);

/** Calls that last as long as their command, which says what it waits for. */
const LASTING: ReadonlySet<AppCall> = new Set<AppCall>(['transfers.receive']);

/** Dependencies and settings of a `CallWatch`. */
export type CallWatchOptions = Readonly<{
  clock: Clock;
  /** Shows a line about the wait, in place of the one before. */
  showWait(line: string): void;
  /** Called when no call waits any more that has shown a line. */
  waitIsOver(): void;
  /** Tells whether the command shows on its own what it waits for. */
  showsWait?: () => boolean;
  /** Path of the profile, for the error about an agent that hangs. */
  profile: string;
  /** Time after which a call without an answer ends, ms; undefined waits without limit. */
  limit: number | undefined;
}>;

/** Calls that `CallWatch` makes itself to learn why another call takes long. */
type Questions = Readonly<{
  /** Makes a trivial call; it resolves if the agent answers at all. */
  sign(): Promise<unknown>;
  /** Tells whether the peer answered over its link recently. */
  hasAnswered(peer: string): Promise<boolean>;
}>;

/**
 * Watches the calls that a command makes to the agent. After two seconds shows what a call waits for; at the limit fails the call with the likely
 * cause. Fails every call if the agent no longer answers anything, which it finds out by short calls of its own. Each command context has one.
 */
export class CallWatch {
  readonly #options: CallWatchOptions;
  /** Names of peers by ID, collected from answers of the agent. */
  readonly #names = new Map<string, string>();
  /** Lines of the calls that wait, the latest last. Calls that wait for the same have one line. */
  readonly #waits = new Map<AbortController, string>();

  constructor(options: CallWatchOptions) {
    this.#options = options;
  }

  /** Watches all further calls of this client. */
  watch(client: AppApiClient): void {
    let isOwnCall = false;
    const unguarded = <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
      isOwnCall = true;
      try {
        return call();
      } finally {
        isOwnCall = false;
      }
    };
    const questions: Questions = {
      sign: () => unguarded(() => client.call('status.get', {})),
      hasAnswered: async (peer) => (await unguarded(() => client.call('peers.get', { peer }))).link?.state === 'up',
    };
    const guard: CallGuard = (method, input) => (isOwnCall ? undefined : this.#guard(method, input, questions));
    client.guardCalls(guard);
  }

  #guard(method: AppCall, input: unknown, questions: Questions): GuardedCall {
    const { clock, limit, showsWait } = this.#options;
    const controller = new AbortController();
    const peer = peerOf(input);
    let isOpenEnded = OPEN_ENDED.has(method);
    let [lives, hasProgressed, isOver] = [false, false, false];
    let timer: Timer | undefined;
    const probe = (): void => {
      lives = false;
      void questions.sign().then(
        () => (lives = true),
        () => undefined,
      );
    };
    const waitOn = (): void => {
      if (limit === undefined || isOver) return;
      probe();
      timer = clock.setTimer(limit, giveUp);
    };
    const giveUp = (): void => {
      if (!lives) controller.abort(this.#silent());
      else if (!isOpenEnded) controller.abort(this.#unanswered(method, peer));
      else if (peer === undefined || hasProgressed) waitOn();
      // Without progress the peer may hang, so ask whether it still answers over its link.
      else
        void questions.hasAnswered(peer).then((hasAnswered) => {
          if (hasAnswered || hasProgressed) waitOn();
          else if (!isOver) controller.abort(this.#unanswered(method, peer));
        }, waitOn);
    };
    const describeWait = (): void => {
      // A call that reports its progress has said what it does.
      if (lives && LASTING.has(method)) hasProgressed = true;
      if (!lives || !(hasProgressed || (this.#waits.size === 0 && showsWait?.() === true)))
        this.#showWait(
          controller,
          lives
            ? `Waiting for ${this.#whom(method, peer)}…`
            : "Waiting for ClawReach on this machine, which isn't responding…",
        );
      if (limit !== undefined) timer = clock.setTimer(Math.max(0, limit - NOTIFY_AFTER - SIGN_TIMEOUT), giveUp);
    };
    timer = clock.setTimer(NOTIFY_AFTER, () => {
      probe();
      timer = clock.setTimer(SIGN_TIMEOUT, describeWait);
    });
    return {
      signal: controller.signal,
      // An answer that arrives in parts, or a person who is asked, has no time limit. A connection attempt has.
      progressed: (value) => {
        if (value === 'connecting') return;
        isOpenEnded = true;
        hasProgressed = true;
      },
      ended: (answer) => {
        isOver = true;
        timer?.cancel();
        this.#endWait(controller);
        this.#learn(answer);
      },
    };
  }

  #showWait(call: AbortController, line: string): void {
    const isShown = [...this.#waits.values()].at(-1) === line;
    this.#waits.set(call, line);
    if (!isShown) this.#options.showWait(line);
  }

  #endWait(call: AbortController): void {
    const before = [...this.#waits.values()].at(-1);
    if (!this.#waits.delete(call)) return;
    const line = [...this.#waits.values()].at(-1);
    if (line === undefined) this.#options.waitIsOver();
    else if (line !== before) this.#options.showWait(line);
  }

  #whom(method: AppCall, peer: string | undefined): string {
    if (peer !== undefined) return this.#names.get(peer) ?? peer;
    if (method.startsWith('relay.')) return 'the relay';
    if (method.startsWith('pairing.') || method.startsWith('adding.')) return 'the other machine';
    return method.startsWith('gateways.') ? 'the gateway' : 'ClawReach on this machine';
  }

  #silent(): ClawReachError {
    return new AgentError('control.timeout', 'the agent does not answer', { details: { path: this.#options.profile } });
  }

  #unanswered(method: AppCall, peer: string | undefined): ClawReachError {
    if (peer === undefined)
      return new AgentError('control.slow', `no answer to ${method}`, { details: { call: method } });
    const name = this.#names.get(peer) ?? peer;
    return new ClawReachError('peer.no-answer', "the peer doesn't answer", { details: { name } });
  }

  #learn(answer: unknown): void {
    for (const view of Array.isArray(answer) ? (answer as readonly unknown[]) : [answer])
      if (isNamedPeer(view)) this.#names.set(view.peerId, view.name);
  }
}

/** Returns the ID or name of the peer that a call is about; undefined if it is about this machine. */
function peerOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if ('peer' in input && typeof input.peer === 'string') return input.peer;
  return 'target' in input ? peerOf(input.target) : undefined;
}

function isNamedPeer(view: unknown): view is Readonly<{ peerId: string; name: string }> {
  return (
    typeof view === 'object' &&
    view !== null &&
    'peerId' in view &&
    'name' in view &&
    typeof view.peerId === 'string' &&
    typeof view.name === 'string'
  );
}
