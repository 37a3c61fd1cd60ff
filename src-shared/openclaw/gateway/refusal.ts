/** Error in a gateway's answer. Untrusted text. */
export type Refusal = Readonly<{
  /** `INVALID_REQUEST`, `UNAVAILABLE`, … */
  code: string;
  /** `details.code`; empty without one. */
  detail: string;
  details: unknown;
  message: string;
  retryable: boolean;
  /** Milliseconds. */
  retryAfter: number | undefined;
}>;

/** Reads the answer behind a `GatewayProtocolRequestError` or an error of that shape. @returns undefined for other errors */
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

/** Returns the fields of an object without validating them; none for other values. */
export function fieldsOf(value: unknown): Readonly<Partial<Record<Field, unknown>>> {
  return typeof value === 'object' && value !== null ? value : {};
}
