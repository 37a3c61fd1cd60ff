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

/** State of a role's connection, in one word, for user interfaces. */
export type RoleStatusView = GatewayRoleView['state'];

/** Options of `RoleStatus`. */
export type RoleStatusOptions = Readonly<{
  clock: Clock;
  onChange(): void;
  /** Called once for each rejection or loss, when it is first shown. */
  onProblem(problem: GatewayProblem, state: RoleStatusView): void;
}>;

/** Status of a role's connection as shown: state, its start time, and the problem. `RoleLink` sets it. */
export class RoleStatus {
  readonly #options: RoleStatusOptions;
  #state: RoleStatusView = 'off';
  #since: number;
  #problem: GatewayProblem | null = null;
  /** `onProblem` was called for the current problem. */
  #isReported = true;
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

  /** Clears the problem. Takes effect, like `fail`, at the next `show`. */
  clear(): void {
    this.#problem = null;
    this.#requestId = null;
  }

  /** Sets the problem. */
  fail(code: GatewayCode | 'agent.paused', details: GatewayProblem['details']): void {
    this.#problem = { code, details: { ...details }, at: Math.floor(this.#options.clock.now()) };
    this.#isReported = false;
  }

  /** @param requestId ID of the pending pairing request; null if it has none */
  setRequest(requestId: string | null): void {
    this.#requestId = requestId?.slice(0, 128) ?? null;
  }

  /** Shows a state, with the problem that was set. */
  show(state: RoleStatusView): void {
    if (state !== this.#state) this.#since = Math.floor(this.#options.clock.now());
    this.#state = state;
    if (this.#problem !== null && !this.#isReported) {
      this.#isReported = true;
      this.#options.onProblem(this.#problem, state);
    }
    this.#options.onChange();
  }
}

/** Time limit of a liveness probe, ms. */
const PROBE = 5000;
/** Close code with which a gateway removes a device or replaces its token. */
const REMOVED = 4001;
/** Close code of a restarting service (RFC 6455 registry). */
const RESTARTS = 1012;

/** Options of `RoleLink`. */
export type RoleLinkOptions = Readonly<{
  role: GatewayRole;
  /** Uniform in [0, 1). */
  random: () => number;
  /** SHA-256 of the role's key; empty if the key can't be unsealed. */
  deviceId: string;
  /** Returns the credentials; undefined if this device can't unseal its keys. */
  secrets(): RoleSecrets | undefined;
  connect(secrets: RoleSecrets, credential: Credential, handlers: ConnectionHandlers): GatewayConnection;
  /** Removes a credential that the gateway rejects permanently. */
  forget(what: 'device-token' | 'bootstrap'): void;
  /** Saves the token from the gateway's welcome; called before anything else. */
  welcomed(hello: GatewayWelcome, credential: Credential): void;
  /** Called when the link's own state is up to date. */
  onConnected(channel: Channel, hello: GatewayWelcome): void;
}> &
  RoleStatusOptions;

type State =
  | Readonly<{ kind: 'off' | 'stopped' }>
  | Readonly<{ kind: 'trying'; connection: GatewayConnection; credential: Credential }>
  | Readonly<{ kind: 'connected'; connection: GatewayConnection; channel: Channel; at: number }>
  /** `firm`: the gateway has set the time, and only a person can shorten it. */
  | Readonly<{ kind: 'waiting'; timer: Timer; retryAt: number; firm: boolean }>;

/**
 * Connection of one role to one gateway that is kept up, for `KnownGateway`: chooses the credential, interprets rejections, and schedules retries.
 * Makes one attempt at a time. Stops if a person has to act. After a rejected authentication it retries only with another credential, and presents
 * each once.
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
  /** The next attempt after a loss starts at once: the connection was being probed. */
  #retryAtOnce = false;

  constructor(options: RoleLinkOptions) {
    this.#options = options;
    this.#status = new RoleStatus(options);
    this.#retries = new GatewayRetrySchedule(options.random);
    this.#restart = new AnnouncedRestart(options.clock);
    this.#request = new PairingRequest(options.clock);
  }

  /** Current connection, if the gateway has accepted this device. */
  get channel(): Channel | undefined {
    return this.#state.kind === 'connected' ? this.#state.channel : undefined;
  }

  /** Reports whether the gateway has announced a restart and is expected back. */
  get isRestarting(): boolean {
    return this.#restart.isExpected;
  }

  /** Reason why this role isn't connected; undefined if only time is missing. */
  get failure(): GatewayError | undefined {
    const { problem } = this.#status;
    const { role } = this.#options;
    if (this.#status.state === 'off') return gatewayError('gateway.role-off', `${role} is switched off`, { role });
    if (problem === null) return undefined;
    return gatewayError(problem.code as GatewayCode, `the gateway is not connected: ${problem.code}`, problem.details);
  }

  /** Reports whether a person, here or at the gateway, has to act first. */
  get isHeld(): boolean {
    return this.#status.state === 'off' || this.#status.state === 'stopped' || this.#status.state === 'pairing';
  }

  /** Starts, or starts again after a stop, with all credentials. Does nothing while connected or connecting. */
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

  /** Reconnects with changed settings or credentials. */
  restart(): void {
    this.#leave();
    this.#state = { kind: 'off' };
    this.start();
  }

  /** Reconnects if connected or connecting; a waiting link uses the new declaration at its next attempt. */
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

  /** Stops with a problem until `start`. */
  halt(code: GatewayCode, details: GatewayProblem['details']): void {
    if (this.#status.state === 'off') return;
    this.#leave();
    this.#stopWith(code, details);
  }

  /** Stops because the agent is paused, until `start`. */
  pause(): void {
    this.#leave();
    this.#restart.forget();
    this.#stopWith('agent.paused', {});
  }

  /** Ends a wait, or probes an open connection, after the machine woke up or changed its network. */
  nudge(): void {
    const state = this.#state;
    const { clock } = this.#options;
    if (state.kind === 'connected') {
      this.#retryAtOnce = true;
      state.connection.probe(PROBE);
    } else if (state.kind === 'waiting' && !state.firm) {
      const soonest = this.#lastTry + NUDGE_SPACING - clock.monotonic();
      if (soonest <= 0) {
        state.timer.cancel();
        this.#dial();
      } else if (state.retryAt - clock.now() > soonest) this.#wait(soonest, false);
    }
  }

  /** Handles the gateway's announcement that it shuts down. @param restartExpected time until it is back, ms; null if it doesn't say */
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
    this.#retryAtOnce = false;
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
    const lifetime = state.kind === 'connected' ? this.#options.clock.monotonic() - state.at : 0;
    if (lifetime >= STABLE_AFTER) this.#retries.reset();
    // A gateway that the system stops sends only the close code, without an expected time.
    if (closeCode === RESTARTS && !this.isRestarting) this.#restart.announce(0);
    if (this.isRestarting) {
      this.#status.fail('gateway.restarting', {});
      this.#wait(this.#restart.waitAfter(lifetime, this.#retries), false);
      return;
    }
    // The code means a removal or a new token; the next attempt shows which.
    const atOnce = this.#retryAtOnce || (closeCode === REMOVED && lifetime >= STABLE_AFTER);
    this.#retryAtOnce = false;
    this.#status.fail(closeCode === REMOVED ? 'gateway.removed' : problem.code, problem.details);
    this.#wait(atOnce ? 0 : this.#retries.afterFailure(), false);
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
        if (this.#hasOtherCredential()) this.#dial();
        else this.#stopWith(code, details);
        return;
      case 'pairing':
        if (this.#request.isRejectedBy(next.requestId)) {
          this.#stopWith('gateway.pairing-rejected', details);
          return;
        }
        this.#status.setRequest(next.requestId);
        this.#status.fail('gateway.pairing', { ...details, reason: next.reason });
        this.#wait(this.#retries.whilePairing(), false, 'pairing');
        return;
      case 'wait': {
        // A gateway that was unreachable may have lost the pairing request.
        this.#request.forget();
        const shown = this.isRestarting && code !== 'gateway.rate-limited' ? 'gateway.restarting' : code;
        this.#status.fail(shown, details);
        const firm = code === 'gateway.rate-limited';
        if (shown === 'gateway.restarting' && this.isRestarting)
          this.#wait(this.#retries.afterRestart(next.after ?? 0), firm);
        else
          this.#wait(next.after === null ? this.#retries.afterFailure() : this.#retries.afterRequest(next.after), firm);
      }
    }
  }

  /** Removes a credential that the gateway rejects permanently. */
  #dropWrong(code: GatewayCode, credential: Credential): void {
    if (credential.kind === 'device-token' && code === 'gateway.device-token-wrong')
      this.#options.forget('device-token');
    if (credential.kind === 'setup' && code === 'gateway.setup-invalid') this.#options.forget('bootstrap');
  }

  #hasOtherCredential(): boolean {
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

  /** State to show while waiting: a shortened wait for a pairing decision stays one. */
  get #waiting(): RoleStatusView {
    return this.#status.state === 'pairing' && this.#status.problem?.code === 'gateway.pairing' ? 'pairing' : 'waiting';
  }

  #stopWith(code: GatewayCode | 'agent.paused', details: GatewayProblem['details']): void {
    this.#state = { kind: 'stopped' };
    this.#status.setRequest(null);
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
    this.#retryAtOnce = false;
    this.#retries.reset();
  }

  #cancelWait(): void {
    if (this.#state.kind === 'waiting') this.#state.timer.cancel();
  }
}
