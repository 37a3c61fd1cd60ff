/** Tokens of a message pattern (Noise rev. 34, section 5.3 and, for psk, 9.2). */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk';

export type HandshakePattern = Readonly<{
  /** Sides whose static key the other side knows before the first message. */
  preMessages: Readonly<{ initiator: boolean; responder: boolean }>;
  /** Tokens of each message; the initiator writes the first, then roles alternate. */
  messages: readonly (readonly Token[])[];
}>;

export type PatternName = 'NN' | 'KK' | 'XX' | 'IK' | 'XXpsk3' | 'IKpsk2';

/** The patterns as the specification prints them (sections 7.5 and 9.4). */
export const PATTERNS: Readonly<Record<PatternName, HandshakePattern>> = {
  NN: {
    preMessages: { initiator: false, responder: false },
    messages: [['e'], ['e', 'ee']],
  },
  KK: {
    preMessages: { initiator: true, responder: true },
    messages: [
      ['e', 'es', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
  XX: {
    preMessages: { initiator: false, responder: false },
    messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']],
  },
  IK: {
    preMessages: { initiator: false, responder: true },
    messages: [
      ['e', 'es', 's', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
  XXpsk3: {
    preMessages: { initiator: false, responder: false },
    messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se', 'psk']],
  },
  IKpsk2: {
    preMessages: { initiator: false, responder: true },
    messages: [
      ['e', 'es', 's', 'ss'],
      ['e', 'ee', 'se', 'psk'],
    ],
  },
};

/** Returns the full protocol name, the input of the first hash. */
export function protocolName(pattern: PatternName): string {
  return `Noise_${pattern}_25519_AESGCM_SHA256`;
}

/** Reports whether the pattern has a pre-shared key. */
export function usesPsk(pattern: HandshakePattern): boolean {
  return pattern.messages.some((tokens) => tokens.includes('psk'));
}

/** Reports whether this side needs a static key, because the other side knows it beforehand or receives it. */
export function usesOwnStatic(pattern: HandshakePattern, initiator: boolean): boolean {
  const known = initiator ? pattern.preMessages.initiator : pattern.preMessages.responder;
  return known || pattern.messages.some((tokens, index) => (index % 2 === 0) === initiator && tokens.includes('s'));
}
