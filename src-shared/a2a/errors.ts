import { ClawReachError } from '../errors.ts';

/**
 * Errors of A2A 1.0 (specification, section 5.4) and of JSON-RPC 2.0: number of the JSON-RPC error, and status with its name for HTTP+JSON. The keys
 * are the reasons that `google.rpc.ErrorInfo` carries.
 */
export const A2A_ERRORS = {
  TASK_NOT_FOUND: { number: -32_001, status: 404, name: 'NOT_FOUND' },
  TASK_NOT_CANCELABLE: { number: -32_002, status: 400, name: 'FAILED_PRECONDITION' },
  PUSH_NOTIFICATION_NOT_SUPPORTED: { number: -32_003, status: 400, name: 'FAILED_PRECONDITION' },
  UNSUPPORTED_OPERATION: { number: -32_004, status: 400, name: 'FAILED_PRECONDITION' },
  CONTENT_TYPE_NOT_SUPPORTED: { number: -32_005, status: 400, name: 'INVALID_ARGUMENT' },
  VERSION_NOT_SUPPORTED: { number: -32_009, status: 400, name: 'FAILED_PRECONDITION' },
  PARSE: { number: -32_700, status: 400, name: 'INVALID_ARGUMENT' },
  INVALID_REQUEST: { number: -32_600, status: 400, name: 'INVALID_ARGUMENT' },
  METHOD_NOT_FOUND: { number: -32_601, status: 404, name: 'NOT_FOUND' },
  INVALID_PARAMS: { number: -32_602, status: 400, name: 'INVALID_ARGUMENT' },
  INTERNAL: { number: -32_603, status: 500, name: 'INTERNAL' },
} as const;
export type A2aReason = keyof typeof A2A_ERRORS;

/** Error of an A2A request. */
export class A2aError extends ClawReachError {
  override readonly name = 'A2aError';
  readonly reason: A2aReason;

  constructor(reason: A2aReason, message: string, cause?: unknown) {
    super('api.a2a', message, { cause, details: { reason } });
    this.reason = reason;
  }
}

const REASONS: Readonly<Record<string, A2aReason>> = {
  'message.unknown': 'TASK_NOT_FOUND',
  'message.delivered': 'TASK_NOT_CANCELABLE',
  'message.unknown-agent': 'INVALID_PARAMS',
  'message.address': 'INVALID_PARAMS',
  'message.json': 'INVALID_PARAMS',
  'api.key': 'INVALID_PARAMS',
  'api.input': 'INVALID_PARAMS',
  'peer.unknown': 'INVALID_PARAMS',
  'peer.ambiguous': 'INVALID_PARAMS',
  'local-agent.no-files': 'CONTENT_TYPE_NOT_SUPPORTED',
  'message.no-files': 'CONTENT_TYPE_NOT_SUPPORTED',
  'file.outside': 'INVALID_PARAMS',
  'file.hidden': 'INVALID_PARAMS',
  'file.profile': 'INVALID_PARAMS',
  'file.missing': 'INVALID_PARAMS',
  'file.nothing': 'INVALID_PARAMS',
  'file.unreadable': 'INVALID_PARAMS',
};

/** Returns an error as A2A names it. One without a code of the product says nothing more. */
export function asA2aError(error: unknown): A2aError {
  if (error instanceof A2aError) return error;
  if (!(error instanceof ClawReachError)) return new A2aError('INTERNAL', 'an internal error', error);
  return new A2aError(REASONS[error.code] ?? 'INTERNAL', `${error.code}: ${error.message}`, error);
}

/** Returns the details that both bindings carry: the reason, and our own code if there is one. */
export function errorDetails({ reason, cause }: A2aError): readonly Readonly<Record<string, unknown>>[] {
  const code = cause instanceof ClawReachError ? { code: cause.code } : {};
  return [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'a2a-protocol.org', metadata: { ...code } },
  ];
}
