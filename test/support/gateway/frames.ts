/** An object as it goes over the wire. */
export type Json = Readonly<Record<string, unknown>>;

export interface ErrorShape {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

export type Frame =
  | Readonly<{ type: 'req'; id: string; method: string; params?: unknown }>
  | Readonly<{ type: 'res'; id: string; ok: boolean; payload?: unknown; error?: ErrorShape }>
  | Readonly<{ type: 'event'; event: string; payload?: unknown; seq?: number }>;

/** A method's refusal, as the caller gets it. */
export class MethodError extends Error {
  readonly shape: ErrorShape;

  constructor(code: string, message: string, more: Omit<ErrorShape, 'code' | 'message'> = {}) {
    super(message);
    this.name = 'MethodError';
    this.shape = { code, message, ...more };
  }
}

export function invalid(message: string, details?: Json): MethodError {
  return new MethodError('INVALID_REQUEST', message, details === undefined ? {} : { details });
}

export function unavailable(message: string, details?: Json): MethodError {
  return new MethodError('UNAVAILABLE', message, details === undefined ? {} : { details });
}

export function missingScope(scope: string): MethodError {
  return new MethodError('FORBIDDEN', `missing scope: ${scope}`, {
    details: { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] },
  });
}

/** The text at `name`; undefined when there is none. */
export function textAt(value: unknown, name: string): string | undefined {
  const found = isJson(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
