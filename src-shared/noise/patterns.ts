/** Tokens of a message pattern (Noise rev. 34, section 5.3 and, for psk, 9.2). */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk';

/** Handshake pattern: the order in which keys are sent and mixed. */
export type HandshakePattern = Readonly<{
  /** Sides whose static key the other side must know before the first message. */
  preMessages: Readonly<{ initiator: boolean; responder: boolean }>;
  /** Tokens of each message. The initiator writes the first message, then the sides alternate. */
  messages: readonly (readonly Token[])[];
}>;

export type PatternName = 'NN' | 'KK' | 'XX' | 'IK' | 'XXpsk3' | 'IKpsk2';

/** Patterns as the specification lists them (sections 7.5 and 9.4). Links use IK, pairing XXpsk3; the others are for published test vectors. */
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

/** Reports whether this side needs a static key, because it sends the key or the other side knows it beforehand. */
export function usesOwnStatic(pattern: HandshakePattern, initiator: boolean): boolean {
  const known = initiator ? pattern.preMessages.initiator : pattern.preMessages.responder;
  return known || pattern.messages.some((tokens, index) => (index % 2 === 0) === initiator && tokens.includes('s'));
}
