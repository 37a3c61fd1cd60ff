import type { Generated } from 'kysely';

/** Role of a device in a project. A pending member does what a member does, but its enrolments let no device in. */
export type ProjectRole = 'owner' | 'member' | 'pending';

/** Times are milliseconds since 1970. Accounts and teams join by a migration: nullable columns here, tables of their own beside. */
export type Database = {
  projects: {
    /** 32 hexadecimal digits. */
    id: string;
    /** Peer id of the device that brought the project into being. */
    owner_device: string;
    created_at: number;
  };
  devices: {
    peer_id: string;
    /** Newest certificate seen; null for a device that was enrolled and has not come yet. */
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
    /** The record by which it came in; null for the owner. */
    enrolment: Uint8Array | null;
    inviter: string | null;
    /** Of the newest enrolment. */
    serial: number;
    added_at: number;
    /** Of the newest removal; it wins over enrolments with the same serial or a lower one. */
    removed_serial: number | null;
    removal: Uint8Array | null;
    removed_at: number | null;
  };
  /** What was linked, when and how much; never content. */
  sessions: {
    id: Generated<number>;
    connection: string;
    from_peer: string;
    to_peer: string;
    started_at: number;
    ended_at: number;
    /** From the initiator to the target, and back. */
    bytes_forward: number;
    bytes_back: number;
    reason: string;
  };
};
