/** Most characters of a prompt. All limits of this file are part of the protocol (docs/PROTOCOL.md, docs/LIMITS.md). */
export const MAX_PROMPT_CHARACTERS = 200_000;
/** One message with its line feed: the longest prompt, each character escaped. */
export const MAX_LINE_BYTES = 1_310_720;
/** Characters of one `token` or `replace`. */
export const MAX_TOKEN_CHARACTERS = 16_384;
/** Characters of a whole answer; a longer one is cancelled. */
export const MAX_ANSWER_CHARACTERS = 2_097_152;
/** Most tasks that a restart lists, and most workflows of a device. */
export const MAX_ENTRIES = 256;
/** Between two heartbeats, ms. */
export const HEARTBEAT_INTERVAL = 15_000;

/** Reset codes of `rpc` streams: the request was cancelled; the protocol was violated. */
export const RPC_RESET_CANCELLED = 0;
export const RPC_RESET_PROTOCOL = 1;
