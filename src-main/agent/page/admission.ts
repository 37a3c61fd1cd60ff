import { fromBase64Url } from '#shared/bytes/index.ts';
import type { Handlers } from '../core/module.ts';
import type { NetworkModule, TicketAdmission } from '../network/index.ts';

/** Returns the handler of `device.enrol`: a signed-in person's page gives this browser an enrol ticket at any time. */
export function admissionHandlers(
  admission: TicketAdmission,
  { network: { relay } }: Pick<NetworkModule, 'network'>,
): Handlers {
  return {
    'device.enrol': async ({ ticket, secret }, { signal }) => {
      await admission.redeem(relay, { id: fromBase64Url(ticket), secret: fromBase64Url(secret) }, signal);
      return {};
    },
  };
}
