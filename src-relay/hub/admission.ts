import type { Transaction } from 'kysely';
import { equalBytes, fromBase64Url, toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import {
  verifyEnrolment,
  verifyRemoval,
  type DeviceCertificate,
  type Enrolment,
  type PeerId,
} from '#shared/identity/index.ts';
import { enrolTicketProof, type HelloFacts } from '#shared/relay-api/index.ts';
import type { Sealer } from '../keys/index.ts';
import {
  BROWSER_SOFTWARE,
  type Database,
  type EnrolOutcome,
  type Membership,
  type StoreTransaction,
} from '../store/index.ts';
import { findEnrolTicket, useEnrolTicket } from './enrol-tickets.ts';
import { HelloError, provesAdmission, type Hello } from './hello.ts';

/** Largest lead of a serial (a time in seconds) over this clock, s. No one could ever override a serial with a larger lead. */
const MOST_AHEAD = 24 * 3600;

/** Keys and token that decide about admission. */
export type AdmissionOptions = Readonly<{
  crypto: CryptoBackend;
  relayKey: Uint8Array;
  /** Opens the keys of enrol tickets; undefined admits no device by one. */
  sealer: Sealer | undefined;
  /** Admission token; undefined admits every device, unless `accountsOnly` is set. */
  token: string | undefined;
  /** True to let no device found a project: a new one comes in by an enrol ticket or an enrolment. */
  accountsOnly: boolean;
}>;

/**
 * Decides which devices the relay admits: known devices, holders of the admission token or an enrol ticket, and devices that a member of a project has
 * enrolled. With `accountsOnly`, no token counts.
 * `ControlHandshake` asks it for each hello, `Dispatcher` for later enrolments and removals. Reads and writes the database only through the
 * transaction it is given.
 */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * Requirement for an unknown device, as the challenge announces it. A relay that admits by accounts announces `token`, since clients know no third word;
   * the code of its refusal says that no token helps.
   */
  get kind(): 'open' | 'token' {
    const { token, accountsOnly } = this.#options;
    return token === undefined && !accountsOnly ? 'open' : 'token';
  }

  /**
   * Returns the projects of a device whose hello was verified; creates a project for an admitted device without an enrolment. A browser founds no
   * project, since its key ends with a tab or after some days: one that is in none gets none.
   * @param transaction that of `changes`, for the tables of enrol tickets
   * @param now ms
   * @param checkFounder called before an unknown device gets a project at an open relay; throws to reject it
   * @throws {HelloError} `certificate`, `removed`, `enrolment`, `admission`, and the errors of `checkFounder`
   */
  async admit(
    transaction: Transaction<Database>,
    changes: StoreTransaction,
    hello: Hello,
    certificate: DeviceCertificate,
    facts: HelloFacts,
    now: number,
    checkFounder: () => void,
  ): Promise<Membership[]> {
    const peer = certificate.peerId;
    const generation = await changes.generation(peer);
    const isNew = generation === undefined;
    if (certificate.generation < (generation ?? 0)) {
      throw new HelloError('certificate', 'a newer certificate of this device was seen here');
    }
    // 1. Enrolments and ticket first: they may add a project to a device that has one.
    let refused: HelloError | undefined;
    let invited = false;
    for (const encoded of hello.enrolments ?? []) {
      const outcome = await this.#enrolSelf(changes, encoded, peer, now);
      refused ??= outcome;
      invited ||= outcome === undefined;
    }
    if (hello.enrolTicket !== undefined) {
      const outcome = await this.#redeem(transaction, changes, hello, peer, facts, now);
      refused ??= outcome;
      invited ||= outcome === undefined;
    }
    const known = await changes.memberships(peer);
    const { crypto, token, accountsOnly } = this.#options;
    const isBrowser = hello.role === 'browser';
    const mayFound =
      !isBrowser && !accountsOnly && (token === undefined || provesAdmission(crypto, hello, facts, token));
    // Enrolments by others before a device's first visit must not keep it from founding its own project.
    if (known.length > 0 && (invited || !isNew || !mayFound)) {
      await changes.recordDevice(certificate, isBrowser ? BROWSER_SOFTWARE : hello.software, now);
      return known;
    }
    // 2. A removed device stays out, even with the token; only a newer enrolment readmits it.
    if (!isNew && (await changes.wasRemoved(peer))) {
      throw new HelloError('removed', 'this device was removed from its project');
    }
    if (refused !== undefined) throw refused;
    if (isBrowser) return [];
    // 3. A device without an enrolment founds a project.
    if (accountsOnly) {
      throw new HelloError(
        'enrolment',
        'this relay admits devices of its accounts only: link this one to an account, or pair with a device that is known here',
      );
    }
    if (!mayFound) {
      throw new HelloError(
        'admission',
        hello.admission === undefined
          ? 'this relay does not know the device: show the admission token or pair with a device that is known here'
          : 'the admission token is not the one of this relay',
      );
    }
    if (token === undefined) checkFounder();
    await changes.recordDevice(certificate, hello.software, now);
    return [await changes.createProject(toHex(crypto.randomBytes(16)), peer, now), ...known];
  }

  /**
   * Reads and verifies an enrolment that its signer submits.
   * @param now ms
   * @throws {HelloError} `enrolment`
   */
  readEnrolment(encoded: string, now: number): Enrolment {
    const enrolment = this.#verified(() => verifyEnrolment(this.#options.crypto, fromBase64Url(encoded)));
    if (!equalBytes(enrolment.relayKey, this.#options.relayKey)) {
      throw new HelloError('enrolment', 'the enrolment is for another relay');
    }
    if (enrolment.notAfter * 1000 < now) throw new HelloError('enrolment', 'the enrolment has expired');
    checkSerial(enrolment.serial, now);
    return enrolment;
  }

  /**
   * Reads and verifies a removal.
   * @param now ms
   * @throws {HelloError} `enrolment`
   */
  readRemoval(encoded: string, now: number) {
    const removal = this.#verified(() => verifyRemoval(this.#options.crypto, fromBase64Url(encoded)));
    if (!equalBytes(removal.relayKey, this.#options.relayKey)) {
      throw new HelloError('enrolment', 'the removal is for another relay');
    }
    checkSerial(removal.serial, now);
    return removal;
  }

  async #enrolSelf(
    changes: StoreTransaction,
    encoded: string,
    peer: PeerId,
    now: number,
  ): Promise<HelloError | undefined> {
    try {
      const enrolment = this.readEnrolment(encoded, now);
      if (enrolment.member !== peer) return new HelloError('enrolment', 'the enrolment is for another device');
      return enrolmentError(await changes.enrol(enrolment, now));
    } catch (error) {
      if (error instanceof HelloError) return error;
      throw error;
    }
  }

  /**
   * Admits the sender of a hello by its enrol ticket, and marks the ticket as used.
   * @returns the error for a ticket that wasn't accepted, which stays as it was; the same for an unknown, used or expired one and a wrong proof
   */
  async #redeem(
    transaction: Transaction<Database>,
    changes: StoreTransaction,
    { enrolTicket, role }: Hello,
    member: PeerId,
    facts: HelloFacts,
    now: number,
  ): Promise<HelloError | undefined> {
    if (enrolTicket === undefined) return undefined;
    const id = fromBase64Url(enrolTicket.id);
    const { crypto, sealer } = this.#options;
    const ticket = sealer === undefined ? undefined : await findEnrolTicket(transaction, sealer, id, now);
    if (
      ticket === undefined ||
      !equalBytes(fromBase64Url(enrolTicket.proof), enrolTicketProof(crypto, ticket.key, facts))
    )
      return new HelloError('enrolment', 'the enrol ticket was used, has expired or is not known here');
    if (ticket.admits === 'browser' && role !== 'browser')
      return new HelloError('enrolment', 'this enrol ticket admits a browser only');
    const error = enrolmentError(await changes.admitByTicket(ticket.project, member, ticket.account, now));
    if (error === undefined) await useEnrolTicket(transaction, id, ticket, member, now);
    return error;
  }

  #verified<Result>(verify: () => Result): Result {
    try {
      return verify();
    } catch (error) {
      if (error instanceof ClawReachError) throw new HelloError('enrolment', error.message);
      throw error;
    }
  }
}

/** Rejects a serial too far in the future. @param now ms */
function checkSerial(serial: number, now: number): void {
  if (serial > now / 1000 + MOST_AHEAD)
    throw new HelloError('enrolment', 'the serial is of another time: check the clock');
}

/** Returns the error for an enrolment that was rejected; undefined for one that was accepted. */
export function enrolmentError(outcome: EnrolOutcome): HelloError | undefined {
  switch (outcome) {
    case 'enrolled':
      return undefined;
    case 'removed':
      return new HelloError('removed', 'this device was removed from the project after that enrolment');
    case 'no-authority':
      return new HelloError('enrolment', 'the inviter may let no device into that project');
    case 'full':
      return new HelloError('limit', 'the project has as many members as this relay allows');
  }
}
