import type { EnrolTicket } from '../relay/index.ts';
import type { RelayConnection } from './relay-connection.ts';

/** Longest wait for the relay to take a ticket, ms. */
const PATIENCE = 10_000;

/** Admission of this device to a project by an enrol ticket of an account. */
export class TicketAdmission {
  #ticket: EnrolTicket | undefined;

  /** Ticket for the next hello; undefined: none. */
  get ticket(): EnrolTicket | undefined {
    return this.#ticket;
  }

  /**
   * Shows a ticket to the relay. It is shown in a hello, so the relay connection starts again; links stay.
   * @throws errors of `RelayConnection.ready`
   */
  async redeem(
    relay: Pick<RelayConnection, 'start' | 'ready'>,
    ticket: EnrolTicket,
    signal: AbortSignal,
  ): Promise<void> {
    this.#ticket = ticket;
    try {
      relay.start();
      await relay.ready(PATIENCE, signal);
    } finally {
      this.#ticket = undefined;
    }
  }
}
