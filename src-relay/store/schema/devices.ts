import type { Generated } from 'kysely';

/** Role of a device in a project. A pending member has a member's rights, except that its enrolments admit no device. */
export type ProjectRole = 'owner' | 'member' | 'pending';

/** Tables of the device keys, their memberships in projects, and the history of their connections. */
export type DeviceTables = {
  devices: {
    peer_id: string;
    /** Newest certificate seen; null for an enrolled device that hasn't connected yet. */
    certificate: Uint8Array | null;
    /** Generation of that certificate; 0 without one. */
    generation: number;
    first_seen: number;
    /** Time of the newest connection; null for none. */
    last_seen: number | null;
    /** Name and version that the device reported; `BROWSER_SOFTWARE` for a browser. */
    software: string | null;
    /** Account of the person who uses the device, such as the account whose enrol ticket admitted a browser; null if unknown. */
    account: string | null;
  };
  members: {
    project_id: string;
    peer_id: string;
    role: ProjectRole;
    /** Signed enrolment that admitted the device; null for the owner, for a device removed before it was enrolled, and for one with a ticket. */
    enrolment: Uint8Array | null;
    /** Peer ID of the device that signed the enrolment. */
    inviter: string | null;
    /** Serial of the newest enrolment. */
    serial: number;
    added_at: number;
    /** Serial of the newest removal, which overrides enrolments with the same or a lower serial. */
    removed_serial: number | null;
    /** Signed record of that removal; null for a removal by an account. */
    removal: Uint8Array | null;
    /** Time of the removal; null for a current member. */
    removed_at: number | null;
    /** Account whose enrol ticket admitted the device to this project; null for an enrolled device. */
    account: string | null;
  };
  /** Ended connections between two devices through this relay: times and byte counts, never content. */
  sessions: {
    id: Generated<number>;
    /** ID that the initiator gave the connection. */
    connection: string;
    /** Peer ID of the initiator, which requested the connection. */
    from_peer: string;
    /** Peer ID of the responder, which accepted it. */
    to_peer: string;
    started_at: number;
    ended_at: number;
    /** Bytes from the initiator to the responder; `bytes_back` counts the other direction. */
    bytes_forward: number;
    bytes_back: number;
    /** Reason of the end, such as `ended` or `left`. */
    reason: string;
  };
};
