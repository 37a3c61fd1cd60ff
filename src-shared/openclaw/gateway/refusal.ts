/** Error in a gateway's answer to a request. All texts are untrusted. */
export type Refusal = Readonly<{
  /** Error code, such as `INVALID_REQUEST` or `UNAVAILABLE`. */
  code: string;
  /** More precise code from `details.code`; empty without one. */
  detail: string;
  details: unknown;
  message: string;
  retryable: boolean;
  /** Time to wait before a retry, ms. */
  retryAfter: number | undefined;
}>;

/**
 * Reads the gateway's answer from a `GatewayProtocolRequestError` or an error of that shape. Used by `connectProblem`. Pure.
 * @returns undefined for any other error
 */
export function readRefusal(error: unknown): Refusal | undefined {
  const { gatewayCode, details, message, retryable, retryAfterMs } = fieldsOf(error);
  if (typeof gatewayCode !== 'string') return undefined;
  const detail = fieldsOf(details).code;
  const after = retryAfterMs ?? fieldsOf(details).retryAfterMs;
  return {
    code: gatewayCode,
    detail: typeof detail === 'string' ? detail : '',
    details,
    message: typeof message === 'string' ? message : '',
    retryable: retryable === true,
    retryAfter: typeof after === 'number' && Number.isFinite(after) && after >= 0 ? after : undefined,
  };
}

type Field =
  | 'clientVersion'
  | 'canRetryWithDeviceToken'
  | 'code'
  | 'details'
  | 'expectedProtocol'
  | 'gatewayCode'
  | 'gatewayVersion'
  | 'message'
  | 'reason'
  | 'requestId'
  | 'retryAfterMs'
  | 'retryable';

/** Returns the fields of an object without validating them; an empty object for any other value. */
export function fieldsOf(value: unknown): Readonly<Partial<Record<Field, unknown>>> {
  return typeof value === 'object' && value !== null ? value : {};
}
