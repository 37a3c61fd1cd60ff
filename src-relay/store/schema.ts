import type { Generated } from 'kysely';

/** Role of a device in a project. A pending member has a member's rights, except that its enrolments admit no device. */
export type ProjectRole = 'owner' | 'member' | 'pending';

/** Tables of the relay's database, for kysely. Times are Unix ms. */
export type Database = {
  projects: {
    /** 32 hexadecimal digits. */
    id: string;
    /** Peer ID of the device that founded the project. */
    owner_device: string;
    created_at: number;
  };
  devices: {
    peer_id: string;
    /** Newest certificate seen; null for an enrolled device that hasn't connected yet. */
    certificate: Uint8Array | null;
    generation: number;
    first_seen: number;
    last_seen: number | null;
    software: string | null;
  };
  members: {
    project_id: string;
    peer_id: string;
    role: ProjectRole;
    /** Enrolment that admitted the device; null for the owner. */
    enrolment: Uint8Array | null;
    inviter: string | null;
    /** Serial of the newest enrolment. */
    serial: number;
    added_at: number;
    /** Serial of the newest removal, which overrides enrolments with the same or a lower serial. */
    removed_serial: number | null;
    removal: Uint8Array | null;
    removed_at: number | null;
  };
  /** Connections between devices: times and byte counts, never content. */
  sessions: {
    id: Generated<number>;
    connection: string;
    from_peer: string;
    to_peer: string;
    started_at: number;
    ended_at: number;
    /** Bytes from the initiator to the target; `bytes_back` counts the other direction. */
    bytes_forward: number;
    bytes_back: number;
    reason: string;
  };
};
