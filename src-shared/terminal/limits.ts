/** Largest `output` body: one write on the stream. */
export const MAX_OUTPUT_BYTES = 65_536;
/** Largest `input` body; longer input is sent as several messages. */
export const MAX_INPUT_BYTES = 65_536;
/** Longest title, characters; longer ones are cut. */
export const MAX_TITLE_CHARACTERS = 256;
/** Longest program name, characters. */
export const MAX_PROGRAM_CHARACTERS = 64;
/** Largest listing, one message of JSON, bytes. */
export const MAX_LISTING_BYTES = 65_536;
/** Output waiting for a viewer above which catching up is worthwhile, bytes; less is drawn in no time. */
export const CATCH_UP_BYTES = 32_768;
/** Largest JSON of a terminal's viewers, bytes. */
export const MAX_STATE_BYTES = 16_384;
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;

/** Reset code of a `pty` stream that was lost or cancelled: the terminal stays for a while. */
export const PTY_RESET_CANCELLED = 0;
/** Reset code: the other side violated the stream's protocol. */
export const PTY_RESET_PROTOCOL = 1;
/** Reset code: a viewer hangs up while its input is stuck, like the message `close`. */
export const RESET_HANG_UP = 2;
