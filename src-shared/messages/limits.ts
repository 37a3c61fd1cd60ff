/** Most bytes of a message's body in UTF-8. All limits in this file are part of the protocol (docs/PROTOCOL.md, docs/LIMITS.md). */
export const BODY_BYTES = 262_144;
/** Most bytes of a line of a `message` stream: a body of which every byte is escaped, and the other fields. */
export const LINE_BYTES = 2_097_152;
/** Most messages in a box that aren't settled, and the bytes that they take up on the disk. */
export const BOX_MESSAGES = 10_000;
export const BOX_BYTES = 268_435_456;
/** Part of the inbox that is left for messages between agents of this device: those of others never use it. */
export const OWN_MESSAGES = 1000;
export const OWN_BYTES = 33_554_432;
/** Time after which a message that no one has taken expires, ms: 7 days unless the sender sets another time. */
export const MESSAGE_LIFE = 7 * 86_400_000;
export const SHORTEST_MESSAGE_LIFE = 1000;
export const LONGEST_MESSAGE_LIFE = 30 * 86_400_000;
/** Time for which a device remembers the IDs of messages that it has received, ms: 30 days. */
export const ID_MEMORY = 30 * 86_400_000;
/** Most IDs that a device remembers for one peer; the oldest are forgotten first. */
export const MOST_IDS = 100_000;
/** Most pairs of agents with one peer. */
export const MOST_PAIRS = 1024;
/** Most agents that pass a message on, each in an answer to another one, without a person. An answer back isn't counted. */
export const MOST_HOPS = 8;
/** Messages without a person that are delivered in a row in one thread, unless a person sets another number; the next one is held. */
export const AUTOMATIC_IN_A_ROW = 50;
/** Messages without a person between two agents that are delivered in `AUTOMATIC_WINDOW`, unless a person sets another number. */
export const AUTOMATIC_IN_WINDOW = 200;
/** Window of `AUTOMATIC_IN_WINDOW`, ms. */
export const AUTOMATIC_WINDOW = 600_000;
/** Messages without a person after which agents are held: in a row in one thread, and between two agents in `AUTOMATIC_WINDOW`. */
export type LoopLimits = Readonly<{ inARow: number; inTenMinutes: number }>;
export const LOOP_LIMITS: LoopLimits = { inARow: AUTOMATIC_IN_A_ROW, inTenMinutes: AUTOMATIC_IN_WINDOW };
/** Largest that a person can set. */
export const LARGEST_LOOP_LIMITS: LoopLimits = { inARow: 1000, inTenMinutes: 10_000 };
/** Most IDs in one `query`. */
export const QUERY_IDS = 500;
/** Messages, and bytes of their lines, that a sender sends ahead of the receipts. */
export const FLIGHT_MESSAGES = 256;
export const FLIGHT_BYTES = 4_194_304;
/** Most messages of foreign instances in the inbox that no one has taken; the rest of the box is for peers. */
export const FOREIGN_OPEN = 1000;
/** Most messages of foreign instances that wait for a person or the disk at one time. */
export const FOREIGN_TAKEN = 64;
/** Messages of the relay about foreign instances that a device looks at, of one instance and of all; others are dropped. */
export const FOREIGN_ARRIVALS = { each: { burst: 200, perSecond: 20 }, all: { burst: 1000, perSecond: 100 } } as const;
/** Questions to the person about messages of foreign instances, of one instance and of all. */
export const FOREIGN_QUESTIONS = {
  each: { burst: 4, perSecond: 1 / 30 },
  all: { burst: 8, perSecond: 1 / 10 },
} as const;
/** Most such questions that wait at one time. */
export const FOREIGN_ASKED = 8;
/** Most foreign instances that a device knows of: that the relay has named, and that a person has decided on. */
export const FOREIGN_SEEN = 200;
export const FOREIGN_KEPT = 500;
/** Messages and receipts to foreign instances that are on their way to the relay at one time. */
export const FOREIGN_SENDING = 8;
/** Longest wait for the receipt of a message to a foreign instance, ms: that of the relay, and the way. */
export const FOREIGN_RECEIPT = 15_000;
/** Questions to the person about messages of one peer that are shown at one time; those of further pairs of agents wait. */
export const MESSAGE_QUESTIONS = 4;
/** Most messages, and bytes of their lines, that a sender has at a peer where a person is asked about them; further pairs of agents wait. */
export const ASKED_MESSAGES = 64;
export const ASKED_BYTES = 2_097_152;
/** Longest pause that a recipient names after a person has declined, ms. */
export const LONGEST_PAUSE = 3_600_000;
/** Most files and folders that come with a message: as many as a transfer names. */
export const MESSAGE_FILES = 16;
/** Time that the files of a message have to arrive before it is given to an agent that acts, or to an A2A client, without them, ms. */
export const FILES_TIME = 60_000;
/** Most agents of one device. */
export const MOST_AGENTS = 256;

/** Most deliveries to agents that act, of one peer and of all together, that run at one time. */
export const DELIVERIES_PER_PEER = 4;
export const DELIVERIES = 16;
/** Pause after a failed delivery, ms: up to the first after one failure, up to the second after many. */
export const DELIVERY_PAUSE = { first: 1000, longest: 300_000 } as const;
/** Longest time that an OpenClaw agent works on one message, ms. */
export const DELIVERY_TIMEOUT = 3_600_000;
/** Time after which an answer is no longer fetched that was on its way when the agent ended, ms. */
export const ANSWER_MEMORY = 1_800_000;
/** Longest time of a request to a webhook, ms, and the most bytes of its answer. */
export const WEBHOOK_TIMEOUT = 30_000;
export const WEBHOOK_ANSWER_BYTES = 1_048_576;

/** Reset code of a `message` stream that is no longer needed. */
export const MESSAGE_RESET_OVER = 0;
/** Reset code of a `message` stream whose other side violated the protocol. */
export const MESSAGE_RESET_PROTOCOL = 1;
