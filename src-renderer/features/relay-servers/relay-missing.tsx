import { Check } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PeerView, RelayStatus } from '#shared/app-api/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { text } from '../../locale/index.ts';
import { showSettingsPlace, useApp } from '../../store/index.ts';
import { Banner, Button, CopyButton, Mono, quoteUntrusted } from '../../ui/index.ts';
import { pathSummary } from '../peers/index.ts';
import { hostOf, useRelayElsewhere } from '../relay-reach/index.ts';
import { OfferRelay } from './offer-relay.tsx';
import styles from './relay-servers.module.css';

/** Reports whether a linked machine isn't at the relay that this machine is connected to, so that it can be reached only nearby. Pure. */
export function missesRelay(machine: PeerView, relay: RelayStatus | undefined): boolean {
  return (
    relay?.state === 'online' &&
    machine.linked &&
    pathSummary(machine) === 'direct-lan' &&
    machine.atRelay !== true &&
    machine.pathMode === 'auto' &&
    machine.pathVia.length === 0 &&
    machine.suspendedSince === undefined &&
    // A machine whose words aren't compared is admitted nowhere.
    machine.pairing?.compared !== false
  );
}

/** Returns the command that sets this machine's relay on another machine; undefined if its address leads only to this machine. Pure. */
export function relayCommand({ url, advertised, pin, secure }: RelayStatus): string | undefined {
  const address = advertised ?? url;
  if (address === null || !URL.canParse(address)) return undefined;
  const { hostname } = new URL(address);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return undefined;
  const options = [...(pin === undefined ? [] : [`--pin ${formatPin(pin)}`]), ...(secure ? [] : ['--insecure'])];
  return ['clawreach config relay', address, ...options].join(' ');
}

/** Reports whether `RelayMissing` offers this machine's relay to any of its peers. @param url relay that was set up; undefined without one */
export function useOffersRelay(url: string | undefined): boolean {
  const relay = useApp(({ status }) => status?.relay);
  const isMissing = useApp(({ peers }) => peers.some((peer) => missesRelay(peer, relay)));
  return isMissing && relay?.url === url && relay?.secure === true && relayCommand(relay) !== undefined;
}

export type RelayMissingProps = Readonly<{
  machines: readonly PeerView[];
  /** The relay was set up just now: offering it is the next step, and machines that use it since then are named too. */
  isNew?: boolean;
}>;

/**
 * Names linked machines that don't use this machine's relay, says from where the relay can be reached as far as that is known, offers it to each, and
 * shows the command that sets it there. Renders nothing without any, and for a new relay without a word on its reach.
 */
export function RelayMissing({ machines, isNew = false }: RelayMissingProps): ReactElement | null {
  const relay = useApp(({ status }) => status?.relay);
  const { reach } = useRelayElsewhere();
  const without = machines.filter((machine) => missesRelay(machine, relay));
  const [former, setFormer] = useState<ReadonlySet<string>>(new Set());
  if (without.some(({ peerId }) => !former.has(peerId)))
    setFormer(new Set([...former, ...without.map(({ peerId }) => peerId)]));
  const joined = isNew ? machines.filter(({ peerId, atRelay }) => former.has(peerId) && atRelay === true) : [];
  const command = relay === undefined ? undefined : relayCommand(relay);
  const isWarning = isNew && reach === 'network';
  if (command === undefined || (without.length === 0 && joined.length === 0 && !isWarning)) return null;
  const names = without.map(({ name }) => quoteUntrusted(name)).join(', ');
  return (
    <Banner tone={without.length === 0 && !isWarning ? 'good' : 'info'}>
      <div className={styles['missing']}>
        {without.length > 0 && <p>{text('relay.missing', { count: without.length, names })}</p>}
        {joined.map(({ peerId, name }) => (
          <p key={peerId} className={styles['joined']}>
            <Check aria-hidden="true" />
            {text('relay.missing.joined', { name: quoteUntrusted(name) })}
          </p>
        ))}
        <RelayOffer machines={without} isNew={isNew} />
      </div>
    </Banner>
  );
}

export type RelayOfferProps = Readonly<{
  /** Machines that don't use the relay. */
  machines: readonly PeerView[];
  isNew?: boolean;
}>;

/** Says from where this machine's relay can be reached, offers it to each machine, and shows the command that sets it there. */
export function RelayOffer({ machines, isNew = false }: RelayOfferProps): ReactElement {
  const relay = useApp(({ status }) => status?.relay);
  const { reach } = useRelayElsewhere();
  const command = relay === undefined ? undefined : relayCommand(relay);
  return (
    <div className={styles['missing']}>
      {reach !== 'anywhere' && reach !== 'here' && (
        <p className={styles['reach']} data-relay-reach={reach}>
          {reach === 'network'
            ? text('relay.missing.reach.network', { relay: hostOf(relay?.advertised ?? relay?.url ?? '') ?? '' })
            : text(`relay.missing.reach.${reach}`)}
          {relay?.own === true && reach !== 'private' && (
            <Button size="small" variant="quiet" edge="start" onClick={() => showSettingsPlace('relay')}>
              {text(reach === 'network' ? 'first-run.relay.open' : 'approvals.use-relay.settings')}
            </Button>
          )}
        </p>
      )}
      {relay?.secure === true && machines.length > 0 && <p>{text('relay.missing.offer.text')}</p>}
      {relay?.secure === true &&
        machines.map((machine) => <OfferRelay key={machine.peerId} machine={machine} isNext={isNew} />)}
      {machines.length > 0 && command !== undefined && (
        // Without an offer the command is the only way.
        <details className={styles['more']} open={relay?.secure !== true}>
          <summary>{text('relay.missing.command')}</summary>
          <p className={styles['command']}>
            <Mono>{command}</Mono>
            <CopyButton value={command} label={text('relay.missing.copy')} />
          </p>
        </details>
      )}
    </div>
  );
}
