import type { Transaction } from 'kysely';
import type { DeviceCertificate, Enrolment, PeerId, Removal } from '#shared/identity/index.ts';
import type { Database, ProjectRole } from './schema.ts';

export type Membership = Readonly<{ project: string; role: ProjectRole }>;

/** What became of an enrolment: `removed` when a removal with the same serial or a higher one stands against it. */
export type EnrolOutcome = 'enrolled' | 'removed' | 'no-authority' | 'full';
/** What became of a removal: `superseded` when a newer enrolment stands against it. */
export type RemoveOutcome = 'removed' | 'no-authority' | 'last-owner' | 'superseded' | 'full';

export type StoreLimits = Readonly<{
  sessionRows: number;
  sessionAge: number;
  membersPerProject: number;
  projectsPerDevice: number;
}>;

/** Rows of removed members are kept for ever, up to that many times the members a project may have. */
const REMOVED_FACTOR = 4;

/** The reads and writes of one exclusive task: all of them happen, or none. */
export class StoreTransaction {
  readonly #transaction: Transaction<Database>;
  readonly #limits: StoreLimits;

  constructor(transaction: Transaction<Database>, limits: StoreLimits) {
    this.#transaction = transaction;
    this.#limits = limits;
  }

  /** Generation of the newest certificate seen; undefined for a device that never came. */
  async generation(peer: PeerId): Promise<number | undefined> {
    const row = await this.#transaction
      .selectFrom('devices')
      .select('generation')
      .where('peer_id', '=', peer)
      .where('certificate', 'is not', null)
      .executeTakeFirst();
    return row?.generation;
  }

  /** Current projects of a device, oldest first. */
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

  /** Remembers that the device was here with this certificate. */
  async seen(certificate: DeviceCertificate, software: string | undefined, now: number): Promise<void> {
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

  /** A project of its own for a device that was `seen`. @param id 32 hexadecimal digits */
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

  /** Takes a verified enrolment in, if its inviter may do that and no removal stands against it. */
  async enrol(enrolment: Enrolment, now: number): Promise<EnrolOutcome> {
    const { project, member, inviter, role, serial, encoded } = enrolment;
    const signer = await this.#member(project, inviter);
    if (signer?.removed_at !== null) return 'no-authority';
    const existing = await this.#member(project, member);
    if (existing !== undefined && existing.removed_serial !== null && existing.removed_serial >= serial)
      return 'removed';
    if (existing?.removed_at === null) {
      // Here already. The serial counts, so that an older removal cannot catch it; a role is raised, and never lowered.
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
   * Takes a verified removal in. An owner may remove everybody but the last owner; a member itself and whom it enrolled. An owner's removal may come
   * before the enrolment it undoes. Only its own enrolments can stand against it: a member must not keep others in by choosing their serials.
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

  /** Keeps out a device that was enrolled on paper and has not come yet. */
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

  /** A row for a device that was named and has not been here. */
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

const NEVER_REMOVED = { removed_serial: null, removal: null, removed_at: null };
