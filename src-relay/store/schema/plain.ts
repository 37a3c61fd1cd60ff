import type { Generated } from 'kysely';

export type PlainSessionStatus = 'active' | 'ended';

/** Tables of the documented protocol, whose terminals the relay can read. They hold no content. */
export type PlainTables = {
  plain_devices: {
    id: string;
    project: string;
    name: string;
    /** SHA-256 of the connector's token; null before pairing. Unique. */
    token_hash: Uint8Array | null;
    workdir: string | null;
    last_seen: number | null;
    /** Account that added the device. */
    created_by: string;
    created_at: number;
  };
  plain_sessions: {
    id: string;
    device: string;
    /** Account that started the session; null after its deletion. */
    account: string | null;
    status: PlainSessionStatus;
    started_at: number;
    ended_at: number | null;
    /** Reason of the end, such as `user_disconnect`. */
    reason: string | null;
    /** Bytes from the browser to the device; `bytes_back` counts the other direction. */
    bytes_forward: Generated<number>;
    bytes_back: Generated<number>;
  };
};
