import type { GatewayProblem, GatewayRoleView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { GatewayCode } from '#shared/gateway/index.ts';

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
