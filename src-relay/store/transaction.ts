import type { Transaction } from 'kysely';
import type { DeviceCertificate, Enrolment, PeerId, Removal } from '#shared/identity/index.ts';
import type { Database, ProjectRole } from './schema.ts';

/** Project of a device, and its role there. */
export type Membership = Readonly<{ project: string; role: ProjectRole }>;

/**
 * Result of an enrolment. `removed`: a removal with the same or a higher serial overrides it; `no-authority`: its inviter may not enrol devices;
 * `full`: a limit is reached.
 */
export type EnrolOutcome = 'enrolled' | 'removed' | 'no-authority' | 'full';
/** Result of a removal. `superseded`: a newer enrolment overrides it; `no-authority`: its signer may not remove this member. */
export type RemoveOutcome = 'removed' | 'no-authority' | 'last-owner' | 'superseded' | 'full';

/** Limits of the tables; `sessionAge` in ms. */
export type StoreLimits = Readonly<{
  sessionRows: number;
  sessionAge: number;
  membersPerProject: number;
  projectsPerDevice: number;
}>;

/** Factor of the member limit up to which rows of removed members are kept permanently. */
const REMOVED_FACTOR = 4;

/** Reads and writes of one database transaction, as `Store.exclusively` runs it. Times are Unix ms. */
export class StoreTransaction {
  readonly #transaction: Transaction<Database>;
  readonly #limits: StoreLimits;

  constructor(transaction: Transaction<Database>, limits: StoreLimits) {
    this.#transaction = transaction;
    this.#limits = limits;
  }

  /** Returns the generation of the newest certificate seen; undefined for a device that never connected. */
  async generation(peer: PeerId): Promise<number | undefined> {
    const row = await this.#transaction
      .selectFrom('devices')
      .select('generation')
      .where('peer_id', '=', peer)
      .where('certificate', 'is not', null)
      .executeTakeFirst();
    return row?.generation;
  }

  /** Lists the current projects of a device, oldest first. */
  async memberships(peer: PeerId): Promise<Membership[]> {
    const rows = await this.#transaction
      .selectFrom('members')
      .select(['project_id', 'role'])
      .where('peer_id', '=', peer)
      .where('removed_at', 'is', null)
      .orderBy('added_at')
      .orderBy('project_id')
      .limit(this.#limits.projectsPerDevice)
      .execute();
    return rows.map((row) => ({ project: row.project_id, role: row.role }));
  }

  /** Reports whether the device was removed from any project and not readmitted there. */
  async wasRemoved(peer: PeerId): Promise<boolean> {
    const row = await this.#transaction
      .selectFrom('members')
      .select('peer_id')
      .where('peer_id', '=', peer)
      .where('removed_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Records that the device connected with this certificate.
   * @param software name and version that the device reported
   */
  async recordDevice(certificate: DeviceCertificate, software: string | undefined, now: number): Promise<void> {
    const current = {
      certificate: certificate.encoded,
      generation: certificate.generation,
      last_seen: now,
      software: software ?? null,
    };
    await this.#transaction
      .insertInto('devices')
      .values({ peer_id: certificate.peerId, first_seen: now, ...current })
      .onConflict((conflict) => conflict.column('peer_id').doUpdateSet(current))
      .execute();
  }

  /**
   * Creates a project for a device that was recorded by `recordDevice`.
   * @param id 32 hexadecimal digits
   */
  async createProject(id: string, owner: PeerId, now: number): Promise<Membership> {
    await this.#transaction.insertInto('projects').values({ id, owner_device: owner, created_at: now }).execute();
    await this.#transaction
      .insertInto('members')
      .values({
        ...NEVER_REMOVED,
        project_id: id,
        peer_id: owner,
        role: 'owner',
        enrolment: null,
        inviter: null,
        serial: 0,
        added_at: now,
      })
      .execute();
    return { project: id, role: 'owner' };
  }

  /** Applies a verified enrolment, if its inviter may enrol devices and no removal overrides it. */
  async enrol(enrolment: Enrolment, now: number): Promise<EnrolOutcome> {
    const { project, member, inviter, role, serial, encoded } = enrolment;
    const signer = await this.#member(project, inviter);
    if (signer?.removed_at !== null) return 'no-authority';
    const existing = await this.#member(project, member);
    if (existing !== undefined && existing.removed_serial !== null && existing.removed_serial >= serial)
      return 'removed';
    if (existing?.removed_at === null) {
      // Already a member. The newer serial is stored, so that an older removal has no effect; a role is raised, never lowered.
      if (existing.role !== 'owner' && signer.role !== 'pending' && serial > existing.serial) {
        const raised = existing.role === 'pending' ? { role } : {};
        await this.#update(project, member, { enrolment: encoded, inviter, serial, ...raised });
      }
      return 'enrolled';
    }
    if (signer.role === 'pending') return 'no-authority';
    if (await this.#isFull(project, member)) return 'full';
    await this.#expect(member, now);
    const fresh = { role, enrolment: encoded, inviter, serial, added_at: now, removed_at: null };
    await this.#transaction
      .insertInto('members')
      .values({ ...NEVER_REMOVED, project_id: project, peer_id: member, ...fresh })
      .onConflict((conflict) => conflict.columns(['project_id', 'peer_id']).doUpdateSet(fresh))
      .execute();
    return 'enrolled';
  }

  /**
   * Applies a verified removal. An owner may remove anyone but the last owner; a member may remove itself and devices that it enrolled. An owner's
   * removal may precede the enrolment that it undoes. Only the remover's own enrolments can override it: a member must not keep others in by choosing
   * their serials.
   */
  async remove(removal: Removal, now: number): Promise<RemoveOutcome> {
    const { project, member, remover, serial, encoded } = removal;
    const signer = await this.#member(project, remover);
    if (signer === undefined || signer.removed_at !== null) return 'no-authority';
    const target = await this.#member(project, member);
    const mayRemove = signer.role === 'owner' || member === remover || target?.inviter === remover;
    if (!mayRemove) return 'no-authority';
    if (target === undefined) return this.#bar(removal, now);
    if (target.role === 'owner' && (await this.#owners(project)) <= 1) return 'last-owner';
    if (target.removed_serial !== null && serial <= target.removed_serial) {
      return target.removed_at === null ? 'superseded' : 'removed';
    }
    const overruled = signer.role === 'owner' && target.inviter !== remover;
    if (serial < target.serial && !overruled) return 'superseded';
    const removed = {
      removed_serial: Math.max(serial, target.serial),
      removal: encoded,
      removed_at: target.removed_at ?? now,
    };
    await this.#update(project, member, removed);
    return 'removed';
  }

  /** Bars an enrolled device that hasn't connected yet. */
  async #bar(removal: Removal, now: number): Promise<RemoveOutcome> {
    const { project, member, serial, encoded } = removal;
    if (await this.#isFull(project, member)) return 'full';
    await this.#expect(member, now);
    await this.#transaction
      .insertInto('members')
      .values({
        project_id: project,
        peer_id: member,
        role: 'member',
        enrolment: null,
        inviter: null,
        serial: 0,
        added_at: now,
        removed_serial: serial,
        removal: encoded,
        removed_at: now,
      })
      .execute();
    return 'removed';
  }

  /** Adds a row for a device that hasn't connected yet. */
  async #expect(peer: PeerId, now: number): Promise<void> {
    await this.#transaction
      .insertInto('devices')
      .values({ peer_id: peer, certificate: null, generation: 0, first_seen: now, last_seen: null, software: null })
      .onConflict((conflict) => conflict.column('peer_id').doNothing())
      .execute();
  }

  async #member(project: string, peer: PeerId) {
    return this.#transaction
      .selectFrom('members')
      .select(['role', 'inviter', 'serial', 'removed_serial', 'removed_at'])
      .where('project_id', '=', project)
      .where('peer_id', '=', peer)
      .executeTakeFirst();
  }

  async #update(project: string, peer: PeerId, values: Partial<Database['members']>): Promise<void> {
    await this.#transaction
      .updateTable('members')
      .set(values)
      .where('project_id', '=', project)
      .where('peer_id', '=', peer)
      .execute();
  }

  async #owners(project: string): Promise<number> {
    const row = await this.#transaction
      .selectFrom('members')
      .select((builder) => builder.fn.countAll<number>().as('count'))
      .where('project_id', '=', project)
      .where('role', '=', 'owner')
      .where('removed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  async #isFull(project: string, member: PeerId): Promise<boolean> {
    const { membersPerProject, projectsPerDevice } = this.#limits;
    return (
      (await this.#count('project_id', project, true)) >= membersPerProject ||
      (await this.#count('project_id', project, false)) >= membersPerProject * REMOVED_FACTOR ||
      (await this.#count('peer_id', member, true)) >= projectsPerDevice
    );
  }

  async #count(column: 'project_id' | 'peer_id', value: string, currentOnly: boolean): Promise<number> {
    const row = await this.#transaction
      .selectFrom('members')
      .select((builder) => builder.fn.countAll<number>().as('count'))
      .where(column, '=', value)
      .$if(currentOnly, (query) => query.where('removed_at', 'is', null))
      .executeTakeFirstOrThrow();
    return row.count;
  }
}

/** Column values of a member that was never removed. */
const NEVER_REMOVED = { removed_serial: null, removal: null, removed_at: null };
