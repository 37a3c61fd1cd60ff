import { ClawReachError } from '#shared/errors.ts';

/** Reasons why a request or message of an instance is refused, with the HTTP status. */
export const REFUSALS = {
  input: 400,
  /** The signature is wrong, or there is no such instance. */
  signature: 401,
  /** The time is too far from the relay's, or from before its start. */
  clock: 401,
  /** The nonce was used before. */
  replay: 401,
  /** The sender is another instance than the one that signed. */
  sender: 403,
  /** Another public key than the first one. */
  'public-key': 403,
  /** The device doesn't take it: its person has denied that, or its inbox is full. */
  refused: 403,
  /** The project has no such instance, or the instance no such agent. */
  unknown: 404,
  /** The recipient isn't connected, or has sent no receipt in time. Nothing is kept. */
  offline: 409,
  'too-large': 413,
  rate: 429,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Refusal of a request or message of an instance. The text is sent: nothing of the message or of another instance is in it. */
export class ForeignRefusal extends ClawReachError {
  override readonly name = 'ForeignRefusal';
  declare readonly code: RefusalCode;
  /** Time to wait before a retry, ms. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, message: string, retryAfter?: number) {
    super(code, message);
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return REFUSALS[this.code];
  }
}

/** Returns the refusal of a message to a recipient of which the sender can't know that it exists. */
export function unknownRecipient(): ForeignRefusal {
  return new ForeignRefusal('unknown', 'The project of this instance has no such recipient.');
}

/** Returns the refusal of a message whose recipient is away. */
export function offline(): ForeignRefusal {
  return new ForeignRefusal(
    'offline',
    'The recipient is not connected, or sent no receipt in time. The relay keeps nothing.',
  );
}
