/** Largest `output` body: one write on the stream. */
export const MAX_OUTPUT_BYTES = 65_536;
/** Largest `input` body; longer input is sent as several messages. */
export const MAX_INPUT_BYTES = 65_536;
/** Longest title kept and passed on, characters. */
export const MAX_TITLE_CHARACTERS = 256;
/** A listing is JSON in one message. */
export const MAX_LISTING_BYTES = 65_536;
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;
