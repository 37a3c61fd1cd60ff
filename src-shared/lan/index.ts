export { LanTokens, MOST_TOKENS, SALT_BYTES, TOKEN_BYTES, type KnownPeer, type TokenContext } from './lan-tokens.ts';
