import type { Transaction } from 'kysely';
import type { DeviceCertificate, Enrolment, PeerId, Removal } from '#shared/identity/index.ts';
import type { Database, ProjectRole } from './schema/index.ts';

/** Software of a device that is a browser, in the database. */
export const BROWSER_SOFTWARE = 'browser';

/** Project of a device, and its role there. */
export type Membership = Readonly<{ project: string; role: ProjectRole }>;

/**
 * Result of an enrolment. `removed`: a removal with the same or a higher serial overrides it; `no-authority`: its inviter may not enrol devices;
 * `full`: a limit is reached.
 */
export type EnrolOutcome = 'enrolled' | 'removed' | 'no-authority' | 'full';
/** Result of a removal. `superseded`: a newer enrolment overrides it; `no-authority`: its signer may not remove this member. */
export type RemoveOutcome = 'removed' | 'no-authority' | 'last-owner' | 'superseded' | 'full';

/** Device that was a full member of a project and was removed. `at`: time of the removal, Unix ms. */
export type Departure = Readonly<{ peer: PeerId; at: number }>;

/** Limits of the tables; `sessionAge` in ms. */
export type StoreLimits = Readonly<{
  sessionRows: number;
  sessionAge: number;
  membersPerProject: number;
  /** Devices that one account admits to a project that isn't its own. */
  membersPerAccount: number;
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
    await this.#transaction
      .insertInto('projects')
      .values({ id, owner_device: owner, created_at: now, name: '', updated_at: now })
      .execute();
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

  /** Reports whether the device connected as a browser last. */
  async #isBrowser(peer: PeerId): Promise<boolean> {
    const row = await this.#transaction
      .selectFrom('devices')
      .select('software')
      .where('peer_id', '=', peer)
      .executeTakeFirst();
    return row?.software === BROWSER_SOFTWARE;
  }

  /** Applies a verified enrolment, if its inviter may enrol devices and no removal overrides it. */
  async enrol(enrolment: Enrolment, now: number): Promise<EnrolOutcome> {
    const { project, member, inviter, role, serial, encoded } = enrolment;
    const signer = await this.#member(project, inviter);
    if (signer?.removed_at !== null) return 'no-authority';
    const mayEnrol = signer.role !== 'pending' && (await this.#accountAllows(project, signer));
    const existing = await this.#member(project, member);
    if (existing !== undefined && existing.removed_serial !== null && existing.removed_serial >= serial)
      return 'removed';
    if (existing?.removed_at === null) {
      // Already a member. The newer serial is stored, so that an older removal has no effect; a role is raised, never lowered.
      if (existing.role !== 'owner' && mayEnrol && serial > existing.serial) {
        const raised = existing.role === 'pending' ? { role } : {};
        // A browser that pairs with a full member didn't let it in, and must not take it along when it goes.
        const isLetIn = existing.role === 'pending' || !(await this.#isBrowser(inviter));
        await this.#update(project, member, { enrolment: encoded, serial, ...raised, ...(isLetIn && { inviter }) });
      }
      return 'enrolled';
    }
    if (!mayEnrol) return 'no-authority';
    return this.#add(project, member, { role, enrolment: encoded, inviter, serial, account: null }, now);
  }

  /**
   * Makes a device a member by the enrol ticket of an account. The caller has checked the ticket, and that the account may admit this device. A device
   * that was removed by a signed record stays out: its peers may still trust its key, and an account must not undo what a device decided.
   * @returns `removed` for such a device, or if a removal has a serial of the future
   */
  async admitByTicket(project: string, member: PeerId, account: string, now: number): Promise<EnrolOutcome> {
    const serial = serialAt(now);
    const existing = await this.#member(project, member);
    if (existing?.removed_at === null) return 'enrolled';
    if (existing !== undefined && (existing.removal !== null || (existing.removed_serial ?? 0) >= serial))
      return 'removed';
    if (await this.#hasAdmittedAll(project, account)) return 'full';
    return this.#add(project, member, { role: 'member', enrolment: null, inviter: null, serial, account }, now);
  }

  /** Lists the current members of a project that tickets of an account admitted. */
  async admittedBy(project: string, account: string): Promise<PeerId[]> {
    const rows = await this.#transaction
      .selectFrom('members')
      .select('peer_id')
      .where('project_id', '=', project)
      .where('account', '=', account)
      .where('removed_at', 'is', null)
      .orderBy('peer_id')
      .execute();
    return rows.map((row) => row.peer_id as PeerId);
  }

  /**
   * Removes devices without a signature, and everything that they admitted, on behalf of an account. The caller has checked that the account may. The
   * owner device stays: an account must not take a project from the device that gave it.
   * @returns the removed devices, which were members until now
   */
  async removeByAccount(project: string, devices: readonly PeerId[], now: number): Promise<PeerId[]> {
    const members = await this.#transaction
      .selectFrom('members')
      .select(['peer_id', 'inviter', 'serial', 'removed_serial'])
      .where('project_id', '=', project)
      .where('removed_at', 'is', null)
      .where('role', '!=', 'owner')
      .execute();
    const ended = new Set<string>(devices);
    const removed: PeerId[] = [];
    for (const peer of ended) {
      const member = members.find(({ peer_id: id }) => id === peer);
      if (member === undefined) continue;
      // Also visited by this loop.
      for (const { peer_id: id, inviter } of members) if (inviter === peer) ended.add(id);
      removed.push(peer as PeerId);
      await this.#update(project, peer as PeerId, {
        removed_serial: Math.max(serialAt(now), member.serial, member.removed_serial ?? 0),
        removal: null,
        removed_at: now,
      });
    }
    return removed;
  }

  /** Returns the time at which a full member was removed; undefined for every other device. */
  async departedAt(project: string, peer: PeerId): Promise<number | undefined> {
    const departures = await this.#departures([project]).where('peer_id', '=', peer).execute();
    return departures[0]?.at ?? undefined;
  }

  /** Lists full members that were removed from one of the projects and are in none of the others, newest first. */
  async departures(projects: readonly string[], limit: number): Promise<Departure[]> {
    if (projects.length === 0) return [];
    const rows = await this.#departures(projects)
      .where((builder) =>
        builder.not(
          builder.exists(
            builder
              .selectFrom('members as current')
              .select('current.peer_id')
              .whereRef('current.peer_id', '=', 'members.peer_id')
              .where('current.project_id', 'in', projects)
              .where('current.removed_at', 'is', null),
          ),
        ),
      )
      .orderBy('at', 'desc')
      .limit(limit)
      .execute();
    return rows.flatMap(({ peer, at }) => (at === null ? [] : [{ peer: peer as PeerId, at }]));
  }

  /** Builds a query for removed members, without those that were barred before they came or that no one had confirmed. */
  #departures(projects: readonly string[]) {
    return this.#transaction
      .selectFrom('members')
      .select((builder) => ['peer_id as peer', builder.fn.max('removed_at').as('at')])
      .where('project_id', 'in', projects)
      .where('removed_at', 'is not', null)
      .where('role', '!=', 'pending')
      .where((builder) =>
        builder.or([
          builder('enrolment', 'is not', null),
          builder('account', 'is not', null),
          builder('role', '=', 'owner'),
          builder('added_at', '<', builder.ref('removed_at')),
        ]),
      )
      .groupBy('peer_id');
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

  /** Adds a member, or readmits a removed one. */
  async #add(
    project: string,
    member: PeerId,
    values: Pick<Database['members'], 'role' | 'enrolment' | 'inviter' | 'serial' | 'account'>,
    now: number,
  ): Promise<'enrolled' | 'full'> {
    if (await this.#isFull(project, member)) return 'full';
    await this.#expect(member, now);
    const fresh = { ...values, added_at: now, removed_at: null };
    await this.#transaction
      .insertInto('members')
      .values({ ...NEVER_REMOVED, project_id: project, peer_id: member, ...fresh })
      .onConflict((conflict) => conflict.columns(['project_id', 'peer_id']).doUpdateSet(fresh))
      .execute();
    return 'enrolled';
  }

  /** Reports whether a member may enrol others: in a project of an account, only its owner device and that account's own devices. */
  async #accountAllows(project: string, signer: Pick<Database['members'], 'role' | 'account'>): Promise<boolean> {
    if (signer.role === 'owner') return true;
    const row = await this.#transaction
      .selectFrom('projects')
      .select('owner_account')
      .where('id', '=', project)
      .executeTakeFirst();
    const owner = row?.owner_account ?? null;
    return owner === null || owner === signer.account;
  }

  async #member(project: string, peer: PeerId) {
    return this.#transaction
      .selectFrom('members')
      .select(['role', 'inviter', 'serial', 'removed_serial', 'removal', 'removed_at', 'account'])
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

  /** Reports whether an account has admitted as many devices as it may, so that no member of a project fills it and keeps its owner's devices out. */
  async #hasAdmittedAll(project: string, account: string): Promise<boolean> {
    const row = await this.#transaction
      .selectFrom('members')
      .innerJoin('projects', 'projects.id', 'members.project_id')
      .select((builder) => [
        builder.fn.countAll<number>().as('all'),
        builder.fn.count<number>('members.removed_at').as('removed'),
      ])
      .where('members.project_id', '=', project)
      .where('members.account', '=', account)
      .where((builder) => builder.or([builder('owner_account', 'is', null), builder('owner_account', '!=', account)]))
      .executeTakeFirstOrThrow();
    const { membersPerAccount } = this.#limits;
    return row.all - row.removed >= membersPerAccount || row.all >= membersPerAccount * REMOVED_FACTOR;
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

/** Returns the serial of a decision of the relay itself: a time in seconds, like those that devices sign. @param now ms */
function serialAt(now: number): number {
  return Math.floor(now / 1000);
}

/** Column values of a member that was never removed. */
const NEVER_REMOVED = { removed_serial: null, removal: null, removed_at: null };
