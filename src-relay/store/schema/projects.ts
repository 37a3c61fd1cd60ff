import type { Generated } from 'kysely';

/** Role of an account in a project. A project has one owner. */
export type PersonRole = 'owner' | 'member';

export type InvitationStatus = 'pending' | 'accepted' | 'declined' | 'cancelled';

/** Tables of projects, their people and invitations, and what people call their devices. */
export type ProjectTables = {
  /** A project has an owner device, an owner account or both. */
  projects: {
    id: string;
    /** Peer ID of the device that created the project; null for a project created by an account. */
    owner_device: string | null;
    created_at: number;
    /** Empty for a project that a device created. */
    name: string;
    /** Account that created the project or that an owner device gave it to; null for neither. */
    owner_account: string | null;
    /** Newest signed claim, by which an owner device gave the project to an account; null for none. */
    claim: Uint8Array | null;
    /** Serial of the newest claim or its end, kept after `unlink`: a claim needs a higher one. */
    claim_serial: number | null;
    /** Permission to use the documented protocol, with which the relay can read terminals. */
    plain_allowed: Generated<0 | 1>;
    updated_at: number;
  };
  project_people: {
    project: string;
    account: string;
    role: PersonRole;
    /** Account of the inviter; null for the owner and after that account's deletion. */
    invited_by: string | null;
    added_at: number;
  };
  /** Invitations of people by address. One address has at most one pending invitation to a project. */
  invitations: {
    id: string;
    project: string;
    /** Address in the form of `accounts.email`. */
    email: string;
    /** Account of the inviter. */
    invited_by: string;
    status: InvitationStatus;
    created_at: number;
    expires_at: number;
  };
  /** Names of devices in a project, as its people see them. */
  device_labels: {
    project: string;
    peer_id: string;
    label: string;
  };
  /** Single-use tickets by which a signed-in person admits one device key to a project as a member. */
  enrol_tickets: {
    /** ID that a hello carries. */
    id: string;
    /** Key derived from the ticket's secret, against which the relay checks the hello's proof; sealed with the relay's seal key. */
    key: Uint8Array;
    /** Account that asked for the ticket. */
    account: string;
    project: string;
    expires_at: number;
    used_at: number | null;
    /** Peer ID of the admitted device. */
    used_by: string | null;
    /** Label that the admitted device gets in the project; null for none. */
    label: string | null;
  };
};
