/** Largest `output` body: one write on the stream. */
export const MAX_OUTPUT_BYTES = 65_536;
/** Largest `input` body; longer input is sent as several messages. */
export const MAX_INPUT_BYTES = 65_536;
/** Longest title kept and passed on, characters. */
export const MAX_TITLE_CHARACTERS = 256;
/** Longest name of a program that runs in a terminal, characters. */
export const MAX_PROGRAM_CHARACTERS = 64;
/** A listing is JSON in one message. */
export const MAX_LISTING_BYTES = 65_536;
/** Output that waits for a viewer above which it is worth catching up, bytes: less is drawn before anybody notices. */
export const CATCH_UP_BYTES = 32_768;
/** JSON of who looks on at a terminal. */
export const MAX_STATE_BYTES = 16_384;
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;

/** Reset codes of `pty` streams. Lost or not wanted: the terminal stays for a while. */
export const PTY_RESET_CANCELLED = 0;
/** The other side broke the protocol of the stream. */
export const PTY_RESET_PROTOCOL = 1;
/** A viewer hangs up while its input is stuck: as the message `close`. */
export const RESET_HANG_UP = 2;
