/**
 * Maximum length of an `output` message's body, bytes. The limits and reset codes in this file are for the `pty` and `exec` streams of terminals and
 * commands; the agent and its PTY host use them.
 */
export const MAX_OUTPUT_BYTES = 65_536;
/** Maximum length of an `input` message's body, bytes; longer input is sent as several messages. */
export const MAX_INPUT_BYTES = 65_536;
/** Maximum length of a title, characters; longer ones are cut. */
export const MAX_TITLE_CHARACTERS = 256;
/** Maximum length of a program's name, characters. */
export const MAX_PROGRAM_CHARACTERS = 64;
/** Maximum length of a folder in a listing, characters; a longer one is left out. */
export const MAX_FOLDER_CHARACTERS = 1024;
/** Maximum length of a listing, which is one message of JSON, bytes. */
export const MAX_LISTING_BYTES = 65_536;
/** Number of bytes of output waiting for a viewer above which skipping it is worthwhile; less is drawn quickly. */
export const CATCH_UP_BYTES = 32_768;
/** Maximum length of a `state` message's JSON, bytes. */
export const MAX_STATE_BYTES = 16_384;
/** Maximum size of a terminal, in cells. */
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;

/** Reset code of a `pty` stream that was lost or cancelled. The terminal keeps running for some time. */
export const PTY_RESET_CANCELLED = 0;
/** Reset code of a `pty` stream whose other side violated the protocol. */
export const PTY_RESET_PROTOCOL = 1;
/** Reset code that acts like the message `close`, for a viewer that can't send because its input is stuck. */
export const RESET_HANG_UP = 2;
/** Reset code that acts like the message `detach`, in the same case. */
export const RESET_DETACH = 3;

/** Time that a terminal keeps running after the link to its holder was lost, before it is hung up, ms. */
export const DETACHED_LIFETIME = 600_000;
