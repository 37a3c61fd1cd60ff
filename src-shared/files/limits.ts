const KIB = 1024;
const MIB = 1024 * KIB;
const DAY = 86_400_000;

/** Bytes of a chunk, the unit of hashing and of resuming. All limits of this file are part of the protocol (docs/PROTOCOL.md, docs/LIMITS.md). */
export const CHUNK = MIB;
/** Most bytes of a line of a `files` stream. */
export const FILES_LINE_BYTES = 64 * KIB;
/** Most files and folders of a transfer. */
export const MOST_ENTRIES = 1_000_000;
/** Most bytes of the lines that list them. */
export const LIST_BYTES = 256 * MIB;
/** Most entries in one line of the list. */
export const LIST_LINE_ENTRIES = 500;
/** Most files and folders that a transfer names in its offer, and that it is made of at the top. */
export const SHOWN_ROOTS = 16;
export const MOST_ROOTS = 1024;
/** Most characters of a name as its sender writes it. */
export const SENT_NAME = 1024;
/** Most bytes of a file's name in UTF-8 after cleaning, and of its path below the folder of the transfer. */
export const NAME_BYTES = 255;
export const PATH_BYTES = 4096;
/** Most folders in each other. */
export const MOST_DEPTH = 64;
/** Largest file that shares a stream with others. */
export const SMALL_FILE = 256 * KIB;
/** Most streams with contents of one transfer at one time. */
export const STREAMS_PER_TRANSFER = 4;
/** Most entries that a receiver has asked for and not got. */
export const MOST_WANTED = 1024;
/** Most transfers from one peer that run at one time. The others wait. */
export const TRANSFERS_PER_PEER = 4;
/** Most transfers of one peer that wait for an answer or run, and most of all peers together. */
export const OFFERS_PER_PEER = 16;
export const OFFERS = 64;
/** Most transfers to one peer, and to all, that are not over; as many from them. */
export const UNFINISHED_PER_PEER = 256;
export const UNFINISHED = 1024;
/** Most transfers of one agent of this machine that are not over: the others are for people. */
export const UNFINISHED_PER_AGENT = 16;
/** Most paths that an agent names for one transfer. */
export const AGENT_PATHS = 64;
/** Bytes by which changed files may exceed those of the offer: this many, or this part of them if that is more. */
export const GROWTH_BYTES = 16 * MIB;
export const GROWTH_PART = 0.1;
/** Most times that the contents of an entry are sent again because they changed meanwhile or arrived damaged. */
export const SENT_AGAIN = 2;
/** Most failed entries, and new names, that a receiver reports. */
export const MOST_REPORTED = 500;
/** Bytes, and time in ms, after which a part and then its journal are written to the disk. */
export const SYNC_BYTES = 16 * MIB;
export const SYNC_TIME = 2000;
/** Space that a receiver leaves free: bytes, or this part of the disk if that is more. */
export const FREE_BYTES = 1024 * MIB;
export const FREE_PART = 0.05;
/** Time after which the parts of a transfer that no one continues are removed, ms. */
export const PARTS_LIFE = 7 * DAY;
/** Most bytes of such parts, and the most of the free space that they take up; the oldest are removed first. */
export const PARTS_BYTES = 20 * 1024 * MIB;
export const PARTS_PART = 0.1;
/** Most folders whose hidden parts or trash are looked for, also after they were renamed or are no longer shared; the oldest are forgotten first. */
export const MOST_HIDDEN_FOLDERS = 256;
/** Time after which such a folder that isn't found is forgotten, ms: 90 days. */
export const HIDDEN_FOLDER_LIFE = 90 * DAY;
/** Most bytes of the lists of one peer's transfers that are kept at a time, and of all peers' together. */
export const LISTS_PER_PEER = 2 * LIST_BYTES;
export const LISTS = 8 * LIST_BYTES;
/** Time for which both ends remember the ID of a transfer that is over, ms: 30 days. */
export const TRANSFER_MEMORY = 30 * DAY;
/** Most IDs of such transfers of one peer; the oldest are forgotten first. */
export const MOST_REMEMBERED = 2000;

/** Most names of a folder that is listed, and entries in a part of the listing. */
export const MOST_LISTED = 200_000;
export const LISTED_AT_ONCE = 1000;
/** Most streams with requests about shared folders of one peer, and of all peers together. */
export const FOLDER_STREAMS_PER_PEER = 8;
export const FOLDER_STREAMS = 64;
/** Longest time to the next request of such a stream, and of the work for one, other than to hash a file, ms. */
export const FOLDER_IDLE = 600_000;
export const FOLDER_TIME = 60_000;
/** Time for which what was removed from a shared folder stays in its trash, ms. */
export const TRASH_LIFE = 7 * DAY;

/** Most files and folders that a person picks at a time in a page of a relay, which holds each of them. */
export const PAGE_PICKED = 100_000;
/** Most bytes of the journal of a transfer to a page, with its list: they are in memory. */
export const PAGE_JOURNAL_BYTES = 32 * MIB;
/** Most files of a transfer to a page that are open in the browser at a time, and those that stay so between two attempts. */
export const PAGE_OPEN_FILES = 64;
export const PAGE_OPEN_PARTS = 8;
/** Most bytes of a file that a page holds in memory, where the browser lets it write into no file. */
export const PAGE_FILE_BYTES = 512 * MIB;

/** Reset code of a stream that is no longer needed. */
export const FILES_RESET_OVER = 0;
/** Reset code of a stream whose other side violated the protocol. */
export const FILES_RESET_PROTOCOL = 1;
/** Reset code of a stream with contents that changed while they were read. They come again. */
export const FILES_RESET_CHANGED = 2;
