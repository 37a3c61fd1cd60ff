import { fromBase64Url } from '#shared/bytes/index.ts';
import type { Handlers } from '../core/module.ts';
import type { NetworkDependencies, NetworkModule } from '../network/index.ts';

/** Longest wait for the relay to take a ticket, ms. */
const PATIENCE = 10_000;

type EnrolTicket = ReturnType<NonNullable<NetworkDependencies['enrolTicket']>>;

/** Admission of a browser to a project by an enrol ticket, which a signed-in person's page gives it at any time. */
export class Admission {
  #ticket: EnrolTicket;

  /** Ticket for the next hello; undefined: none. */
  get ticket(): EnrolTicket {
    return this.#ticket;
  }

  /** Returns the handler of `device.enrol`. A ticket is shown in a hello, so the relay connection starts again; links stay. */
  handlers({ network: { relay } }: Pick<NetworkModule, 'network'>): Handlers {
    return {
      'device.enrol': async ({ ticket, secret }, { signal }) => {
        this.#ticket = { id: fromBase64Url(ticket), secret: fromBase64Url(secret) };
        try {
          relay.start();
          await relay.ready(PATIENCE, signal);
        } finally {
          this.#ticket = undefined;
        }
        return {};
      },
    };
  }
}
