import { X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { showSettingsPlace, useApp } from '../../store/index.ts';
import { Banner, Button, Dialog, IconButton, quoteUntrusted } from '../../ui/index.ts';
import { isNearOnly, useRelayElsewhere } from '../relay-reach/index.ts';
import { missesRelay, relayCommand, RelayOffer } from './relay-missing.tsx';

/**
 * Notice on the page of a machine that doesn't use this machine's relay, in one line. Its button opens the dialog that offers the relay; a relay of this
 * machine that works in this network only is made reachable first. Another's relay of that kind is no help, so that nothing is shown. It can be
 * dismissed until the next start.
 */
export function RelayNotice({ machine }: Readonly<{ machine: PeerView }>): ReactElement | null {
  const relay = useApp(({ status }) => status?.relay);
  const isDismissed = useApp(({ dismissedRelayNotices }) => dismissedRelayNotices.includes(machine.peerId));
  const isNear = isNearOnly(useRelayElsewhere().reach);
  const [isOpen, setOpen] = useState(false);
  if (relay === undefined || !missesRelay(machine, relay) || isDismissed) return null;
  if (isNear ? relay.own !== true : relayCommand(relay) === undefined) return null;
  const name = quoteUntrusted(machine.name);
  const dismiss = (): void =>
    useApp.setState(({ dismissedRelayNotices }) => ({
      dismissedRelayNotices: [...dismissedRelayNotices, machine.peerId],
    }));
  return (
    <>
      <Banner
        tone="neutral"
        action={
          <>
            <Button size="small" onClick={() => (isNear ? showSettingsPlace('relay') : setOpen(true))}>
              {text(isNear ? 'first-run.relay.open' : relay.secure ? 'relay.missing.open' : 'relay.missing.how')}
            </Button>
            <IconButton size="small" label={text('ui.dismiss')} icon={<X />} onClick={dismiss} />
          </>
        }
      >
        {isNear ? text('relay.missing.near', { name }) : text('relay.missing', { count: 1, names: name })}
      </Banner>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={text('relay.missing.title', { name })}
        actions={<Button onClick={() => setOpen(false)}>{text('ui.close')}</Button>}
      >
        <RelayOffer machines={[machine]} />
      </Dialog>
    </>
  );
}
