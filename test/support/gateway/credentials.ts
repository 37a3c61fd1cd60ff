import type { Clock } from '#shared/clock.ts';
import type { Devices } from './devices.ts';
import type { Json } from './frames.ts';
import type { SetupCodes } from './setup-codes.ts';
import { coversAll } from './scopes.ts';
import type { ConnectParams } from './types.ts';

/** After so many failures within `FAILURE_WINDOW` an address is locked out for `LOCKOUT`; milliseconds. */
const MAX_FAILURES = 10;
const FAILURE_WINDOW = 60_000;
const LOCKOUT = 300_000;

export interface SharedSecret {
  readonly mode: 'token' | 'password';
  value: string;
}

export type Admission =
  | Readonly<{ ok: true; method: 'token' | 'password' | 'device-token' | 'bootstrap-token' }>
  | Readonly<{ ok: false; message: string; details: Json; retryAfterMs?: number }>;

const SETUP_REJECTED =
  'unauthorized: setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)';

/** Judges what a client shows for itself: the shared secret, a device's token, a setup code. */
export class Credentials {
  /** Failures by address; loopback is not limited unless `limited` says so. */
  limited = false;
  readonly #clock: Clock;
  readonly #secret: SharedSecret;
  readonly #devices: Devices;
  readonly #codes: SetupCodes;
  #failures: number[] = [];
  #lockedUntil = 0;

  constructor(clock: Clock, secret: SharedSecret, devices: Devices, codes: SetupCodes) {
    this.#clock = clock;
    this.#secret = secret;
    this.#devices = devices;
    this.#codes = codes;
  }

  /** Locks the address out at once, as after ten failures. */
  lock(duration = LOCKOUT): void {
    this.#lockedUntil = this.#clock.now() + duration;
  }

  judge(params: ConnectParams, role: string): Admission {
    const now = this.#clock.now();
    if (now < this.#lockedUntil)
      return {
        ...this.#refuse('rate_limited', 'too many failed authentication attempts (retry later)', params),
        retryAfterMs: this.#lockedUntil - now,
      };
    const admission = this.#compare(params, role);
    if (!admission.ok && this.limited && this.#given(params) !== 'none') this.#count(now);
    return admission;
  }

  #compare(params: ConnectParams, role: string): Admission {
    const { token, password, deviceToken, bootstrapToken } = params.auth ?? {};
    const secret = this.#secret.value;
    if (token === secret || password === secret) return { ok: true, method: this.#secret.mode };
    const candidate = deviceToken ?? token;
    const known = params.device === undefined ? undefined : this.#devices.token(params.device.id, role);
    if (candidate !== undefined && known !== undefined && known.token === candidate) {
      if (role === 'operator' && !coversAll(known.scopes, params.scopes ?? []))
        return this.#refuse('scope_mismatch', 'device token scope mismatch (re-pair or approve scope upgrade)', params);
      return { ok: true, method: 'device-token' };
    }
    if (bootstrapToken !== undefined) {
      if (this.#codes.holds(bootstrapToken, params.device?.id)) return { ok: true, method: 'bootstrap-token' };
      return this.#refuse('bootstrap_token_invalid', SETUP_REJECTED, params);
    }
    if (deviceToken !== undefined)
      return this.#refuse('device_token_mismatch', 'device token mismatch (rotate/reissue device token)', params);
    const { mode } = this.#secret;
    const hint = `(provide gateway auth ${mode})`;
    return token === undefined && password === undefined
      ? this.#refuse(`${mode}_missing`, `gateway ${mode} missing ${hint}`, params)
      : this.#refuse(`${mode}_mismatch`, `gateway ${mode} mismatch ${hint}`, params);
  }

  #given(params: ConnectParams): 'none' | 'token' | 'other' {
    const { token, ...others } = params.auth ?? {};
    if (Object.values(others).some((value) => value !== undefined)) return 'other';
    return token === undefined ? 'none' : 'token';
  }

  #refuse(reason: string, text: string, params: ConnectParams): Extract<Admission, { ok: false }> {
    const retry = reason === 'token_mismatch' && params.device !== undefined && this.#given(params) === 'token';
    return {
      ok: false,
      message: text.startsWith('unauthorized') ? text : `unauthorized: ${text}`,
      details: {
        code: `AUTH_${reason.toUpperCase()}`,
        authReason: reason,
        canRetryWithDeviceToken: retry,
        recommendedNextStep: retry ? 'retry_with_device_token' : nextStep(reason),
      },
    };
  }

  #count(now: number): void {
    this.#failures = [...this.#failures.filter((at) => at > now - FAILURE_WINDOW), now];
    if (this.#failures.length >= MAX_FAILURES) this.lock();
  }
}

function nextStep(reason: string): string {
  if (reason.endsWith('_missing')) return 'update_auth_configuration';
  if (reason === 'rate_limited') return 'wait_then_retry';
  return reason === 'scope_mismatch' || reason === 'bootstrap_token_invalid'
    ? 'review_auth_configuration'
    : 'update_auth_credentials';
}
