import type { GatewayProblem, GatewayRoleView, GatewayRole } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import {
  connectProblem,
  gatewayError,
  type ConnectProblem,
  type GatewayCode,
  type GatewayError,
} from '#shared/openclaw/gateway/index.ts';
import { AnnouncedRestart } from './announced-restart.ts';
import type { RoleSecrets } from './book.ts';
import type { Channel, GatewayWelcome } from './channel.ts';
import type { ConnectionEnd, ConnectionHandlers, GatewayConnection } from './connection.ts';
import { chooseCredential, isExpired, type Credential } from './credentials.ts';
import { PairingRequest } from './pairing-request.ts';
import { NUDGE_SPACING, GatewayRetrySchedule, STABLE_AFTER } from './retry-schedule.ts';

export type RoleStatusView = GatewayRoleView['state'];

export type RoleStatusOptions = Readonly<{
  clock: Clock;
  onChange(): void;
  /** Each refusal or loss, once, as it is shown from now on. */
  onProblem(problem: GatewayProblem, state: RoleStatusView): void;
}>;

/** What people see of a role's connection: its state, since when, and what is wrong. */
export class RoleStatus {
  readonly #options: RoleStatusOptions;
  #state: RoleStatusView = 'off';
  #since: number;
  #problem: GatewayProblem | null = null;
  /** The problem of now was told. */
  #isTold = true;
  #requestId: string | null = null;

  constructor(options: RoleStatusOptions) {
    this.#options = options;
    this.#since = Math.floor(options.clock.now());
  }

  get state(): RoleStatusView {
    return this.#state;
  }

  get problem(): GatewayProblem | null {
    return this.#problem;
  }

  get view(): Pick<GatewayRoleView, 'state' | 'since' | 'problem' | 'requestId'> {
    const requestId = this.#state === 'pairing' ? this.#requestId : null;
    return { state: this.#state, since: this.#since, problem: this.#problem, requestId };
  }

  /** Nothing is wrong any more; shown from the next `show` on, as the others. */
  clear(): void {
    this.#problem = null;
    this.#requestId = null;
  }

  fail(code: GatewayCode | 'agent.paused', details: GatewayProblem['details']): void {
    this.#problem = { code, details: { ...details }, at: Math.floor(this.#options.clock.now()) };
    this.#isTold = false;
  }

  /** @param requestId under which a request for pairing waits; null where it has none */
  asks(requestId: string | null): void {
    this.#requestId = requestId?.slice(0, 128) ?? null;
  }

  show(state: RoleStatusView): void {
    if (state !== this.#state) this.#since = Math.floor(this.#options.clock.now());
    this.#state = state;
    if (this.#problem !== null && !this.#isTold) {
      this.#isTold = true;
      this.#options.onProblem(this.#problem, state);
    }
    this.#options.onChange();
  }
}

/** An answer to a doubt, ms. */
const PROBE = 5000;
const REMOVED = 4001;
/** Close code of a service that restarts (RFC 6455 registry). */
const RESTARTS = 1012;

export type RoleLinkOptions = Readonly<{
  role: GatewayRole;
  /** Uniform in [0, 1). */
  random: () => number;
  /** SHA-256 of the role's key; empty where it cannot be read. */
  deviceId: string;
  /** What can be shown now; undefined where this device cannot open its own keys. */
  secrets(): RoleSecrets | undefined;
  connect(secrets: RoleSecrets, credential: Credential, handlers: ConnectionHandlers): GatewayConnection;
  /** The gateway does not take it any more. */
  forget(what: 'device-token' | 'bootstrap'): void;
  /** Accepted: what it gave for the next time is to be kept, before anything else happens. */
  welcomed(hello: GatewayWelcome, credential: Credential): void;
  /** After everything is in order here. */
  onConnected(channel: Channel, hello: GatewayWelcome): void;
}> &
  RoleStatusOptions;

type State =
  | Readonly<{ kind: 'off' | 'stopped' }>
  | Readonly<{ kind: 'trying'; connection: GatewayConnection; credential: Credential }>
  | Readonly<{ kind: 'connected'; connection: GatewayConnection; channel: Channel; at: number }>
  /** `firm`: the gateway has said how long, and nothing but a person cuts it short. */
  | Readonly<{ kind: 'waiting'; timer: Timer; retryAt: number; firm: boolean }>;

/**
 * The connection of one role to one gateway, over all attempts: which credential is shown, what a refusal means, and when to try again. There
 * is never more than one attempt or connection at a time. What a person has to settle stops it; nothing is asked again after a refused
 * authentication unless there is another credential, and each of those is shown once.
 */
export class RoleLink {
  readonly #options: RoleLinkOptions;
  readonly #status: RoleStatus;
  readonly #retries: GatewayRetrySchedule;
  readonly #restart: AnnouncedRestart;
  readonly #request: PairingRequest;
  readonly #failed = new Set<Credential['kind']>();
  #state: State = { kind: 'off' };
  #lastTry = -Infinity;
  /** The connection that is over ended as expected: no wait before the next. */
  #eager = false;

  constructor(options: RoleLinkOptions) {
    this.#options = options;
    this.#status = new RoleStatus(options);
    this.#retries = new GatewayRetrySchedule(options.random);
    this.#restart = new AnnouncedRestart(options.clock);
    this.#request = new PairingRequest(options.clock);
  }

  get channel(): Channel | undefined {
    return this.#state.kind === 'connected' ? this.#state.channel : undefined;
  }

  /** Said by the gateway that it goes, and expected back. */
  get isRestarting(): boolean {
    return this.#restart.isExpected;
  }

  /** What keeps this role from being connected; undefined while nothing does but time. */
  get failure(): GatewayError | undefined {
    const { problem } = this.#status;
    const { role } = this.#options;
    if (this.#status.state === 'off') return gatewayError('gateway.role-off', `${role} is switched off`, { role });
    if (problem === null) return undefined;
    return gatewayError(problem.code as GatewayCode, `the gateway is not connected: ${problem.code}`, problem.details);
  }

  /** Nothing will happen until a person does something, or an operator of the gateway. */
  get isHeld(): boolean {
    return this.#status.state === 'off' || this.#status.state === 'stopped' || this.#status.state === 'pairing';
  }

  /** Begins, or begins anew: a person asks for it, or what stood against it is settled. Nothing where it is connected or tries already. */
  start(): void {
    if (this.#state.kind === 'connected' || this.#state.kind === 'trying') return;
    this.#cancelWait();
    this.#failed.clear();
    this.#retries.reset();
    this.#restart.forget();
    this.#request.forget();
    this.#status.clear();
    this.#status.show('connecting');
    this.#dial();
  }

  /** What is said, or shown, in `connect` is another thing now: everything begins anew. */
  restart(): void {
    this.#leave();
    this.#state = { kind: 'off' };
    this.start();
  }

  /** The same where there is a connection; what waits for the next attempt says it then. */
  redeclare(): void {
    if (this.#state.kind === 'connected' || this.#state.kind === 'trying') this.restart();
  }

  stop(): void {
    this.#leave();
    this.#restart.forget();
    this.#state = { kind: 'off' };
    this.#status.clear();
    this.#status.show('off');
  }

  /** Ends what there is, until `start`. */
  halt(code: GatewayCode, details: GatewayProblem['details']): void {
    if (this.#status.state === 'off') return;
    this.#leave();
    this.#stopWith(code, details);
  }

  /** The device is paused: nothing there, nothing tried, until `start`. */
  pause(): void {
    this.#leave();
    this.#restart.forget();
    this.#stopWith('agent.paused', {});
  }

  /** The machine woke, or is in another network: a wait ends, a connection that only looks open is found out. */
  nudge(): void {
    const state = this.#state;
    const { clock } = this.#options;
    if (state.kind === 'connected') {
      this.#eager = true;
      state.connection.probe(PROBE);
    } else if (state.kind === 'waiting' && !state.firm) {
      const soonest = this.#lastTry + NUDGE_SPACING - clock.monotonic();
      if (soonest <= 0) {
        state.timer.cancel();
        this.#dial();
      } else if (state.retryAt - clock.now() > soonest) this.#wait(soonest, false);
    }
  }

  /** The gateway says that it ends, and perhaps when it is back. */
  shuttingDown(restartExpected: number | null): void {
    if (restartExpected !== null) this.#restart.announce(restartExpected);
  }

  view(): GatewayRoleView {
    const { deviceId } = this.#options;
    return {
      ...this.#status.view,
      retryAt: this.#state.kind === 'waiting' ? this.#state.retryAt : null,
      deviceId,
      scopes: [...(this.channel?.scopes ?? [])],
    };
  }

  #dial(): void {
    const { clock, role } = this.#options;
    const secrets = this.#options.secrets();
    if (secrets === undefined) {
      this.#stopWith('gateway.keys-unreadable', {});
      return;
    }
    const credential = chooseCredential(role, secrets, this.#failed, clock.now());
    if (credential.kind === 'none' && role === 'node' && isExpired(secrets, clock.now())) {
      this.#options.forget('bootstrap');
      this.#stopWith('gateway.setup-expired', {});
      return;
    }
    this.#lastTry = clock.monotonic();
    const isCurrent = (): boolean =>
      (this.#state.kind === 'trying' || this.#state.kind === 'connected') && this.#state.connection === connection;
    const connection: GatewayConnection = this.#options.connect(secrets, credential, {
      connected: (channel, hello) => {
        if (isCurrent()) this.#connected(connection, channel, hello, credential);
      },
      ended: (end) => {
        if (isCurrent()) this.#ended(end, credential);
      },
    });
    this.#state = { kind: 'trying', connection, credential };
    this.#options.onChange();
    connection.open();
  }

  #connected(connection: GatewayConnection, channel: Channel, hello: GatewayWelcome, credential: Credential): void {
    this.#failed.clear();
    this.#restart.forget();
    this.#request.forget();
    this.#eager = false;
    this.#status.clear();
    this.#options.welcomed(hello, credential);
    this.#state = { kind: 'connected', connection, channel, at: this.#options.clock.monotonic() };
    this.#status.show('connected');
    this.#options.onConnected(channel, hello);
  }

  #ended(end: ConnectionEnd, credential: Credential): void {
    const problem = connectProblem(end.error, end.closeCode, end.closeReason);
    if (end.hello) this.#lost(end, problem);
    else this.#refused(problem, credential);
  }

  #lost({ closeCode }: ConnectionEnd, problem: ConnectProblem): void {
    const state = this.#state;
    const lived = state.kind === 'connected' ? this.#options.clock.monotonic() - state.at : 0;
    if (lived >= STABLE_AFTER) this.#retries.reset();
    // Without a word of how long it takes: one that is ended by the system says only this.
    if (closeCode === RESTARTS && !this.isRestarting) this.#restart.announce(0);
    if (this.isRestarting) {
      this.#status.fail('gateway.restarting', {});
      this.#wait(this.#restart.waitAfter(lived, this.#retries), false);
      return;
    }
    // Removed, or only given a new token: the gateway says which, when it is asked again.
    const atOnce = this.#eager || (closeCode === REMOVED && lived >= STABLE_AFTER);
    this.#eager = false;
    this.#status.fail(closeCode === REMOVED ? 'gateway.removed' : problem.code, problem.details);
    this.#wait(atOnce ? 0 : this.#retries.usual(), false);
  }

  #refused({ code, details, next }: ConnectProblem, credential: Credential): void {
    switch (next.kind) {
      case 'stop':
        this.#dropWrong(code, credential);
        this.#stopWith(code, details);
        return;
      case 'other-credential':
        this.#dropWrong(code, credential);
        this.#failed.add(credential.kind);
        if (this.#hasOther()) this.#dial();
        else this.#stopWith(code, details);
        return;
      case 'pairing':
        if (this.#request.named(next.requestId)) {
          this.#stopWith('gateway.pairing-rejected', details);
          return;
        }
        this.#status.asks(next.requestId);
        this.#status.fail('gateway.pairing', { ...details, reason: next.reason });
        this.#wait(this.#retries.pairing(), false, 'pairing');
        return;
      case 'wait': {
        // A gateway that was away may have forgotten what was asked of it.
        this.#request.forget();
        const shown = this.isRestarting && code !== 'gateway.rate-limited' ? 'gateway.restarting' : code;
        this.#status.fail(shown, details);
        const firm = code === 'gateway.rate-limited';
        if (shown === 'gateway.restarting' && this.isRestarting)
          this.#wait(this.#retries.returning(next.after ?? 0), firm);
        else this.#wait(next.after === null ? this.#retries.usual() : this.#retries.asked(next.after), firm);
      }
    }
  }

  /** What the gateway does not take any more is not kept. */
  #dropWrong(code: GatewayCode, credential: Credential): void {
    if (credential.kind === 'device-token' && code === 'gateway.device-token-wrong')
      this.#options.forget('device-token');
    if (credential.kind === 'setup' && code === 'gateway.setup-invalid') this.#options.forget('bootstrap');
  }

  #hasOther(): boolean {
    const secrets = this.#options.secrets();
    const { role, clock } = this.#options;
    return secrets !== undefined && chooseCredential(role, secrets, this.#failed, clock.now()).kind !== 'none';
  }

  #wait(delay: number, firm: boolean, shown: RoleStatusView = this.#waiting): void {
    const { clock } = this.#options;
    this.#cancelWait();
    const timer = clock.setTimer(delay, () => this.#dial());
    this.#state = { kind: 'waiting', timer, retryAt: Math.ceil(clock.now() + delay), firm };
    this.#status.show(shown);
  }

  /** A wait that is only cut short stays what it is. */
  get #waiting(): RoleStatusView {
    return this.#status.state === 'pairing' && this.#status.problem?.code === 'gateway.pairing' ? 'pairing' : 'waiting';
  }

  #stopWith(code: GatewayCode | 'agent.paused', details: GatewayProblem['details']): void {
    this.#state = { kind: 'stopped' };
    this.#status.asks(null);
    this.#status.fail(code, details);
    this.#status.show('stopped');
  }

  #leave(): void {
    const state = this.#state;
    if (state.kind === 'trying' || state.kind === 'connected') {
      this.#state = { kind: 'stopped' };
      state.connection.close();
    }
    this.#cancelWait();
    this.#eager = false;
    this.#retries.reset();
  }

  #cancelWait(): void {
    if (this.#state.kind === 'waiting') this.#state.timer.cancel();
  }
}
