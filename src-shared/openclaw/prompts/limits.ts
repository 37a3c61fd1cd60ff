/** Maximum length of a prompt, characters. All limits in this file are part of the protocol (docs/PROTOCOL.md, docs/LIMITS.md). */
export const MAX_PROMPT_CHARACTERS = 200_000;
/** Maximum length of a message with its line feed, bytes: the longest prompt with every character escaped. */
export const MAX_LINE_BYTES = 1_310_720;
/** Maximum length of one `token` or `replace` message, characters. */
export const MAX_TOKEN_CHARACTERS = 16_384;
/** Maximum length of a whole answer, characters; a longer one is cancelled. */
export const MAX_ANSWER_CHARACTERS = 2_097_152;
/** Maximum number of tasks that a restart lists, and of workflows of a device. */
export const MAX_ENTRIES = 256;
/** Time between two heartbeats, ms. */
export const HEARTBEAT_INTERVAL = 15_000;

/** Reset code of an `rpc` stream whose request was cancelled. */
export const RPC_RESET_CANCELLED = 0;
/** Reset code of an `rpc` stream whose other side violated the protocol. */
export const RPC_RESET_PROTOCOL = 1;
