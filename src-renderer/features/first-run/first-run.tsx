import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useRef, useState, type ReactElement, type ReactNode, type Ref } from 'react';
import type { RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, text } from '../../locale/index.ts';
import { openPairing, skipFirstRun, useApp } from '../../store/index.ts';
import { Button, StatusDot, type StatusDotProps } from '../../ui/index.ts';
import { Nearby } from '../discovery/index.ts';
import { Choices, HostRelay, RelayForm } from '../pairing/index.ts';
import styles from './first-run.module.css';

type Relay = 'existing' | 'host' | 'nearby';

/**
 * Page shown in place of the machines page while there is no machine: buttons that open the pairing dialog, devices nearby, and the set-up of a
 * relay. A person can skip it until the next start.
 */
export function FirstRun(): ReactElement {
  const relay = useApp(({ status }) => status?.relay);
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const [shown, setShown] = useState<Relay | undefined>(undefined);
  const existing = useRef<HTMLButtonElement>(null);
  const toggle = (which: Relay): void => setShown((before) => (before === which ? undefined : which));
  return (
    <div className={styles['page']}>
      <div className={styles['column']}>
        <header className={styles['header']}>
          <h1 className={styles['title']}>{text('first-run.title')}</h1>
          <p className={styles['lead']}>{text('first-run.text')}</p>
        </header>
        <Choices onJoin={() => openPairing('join')} onInvite={() => openPairing('invite')} />
        <section className={styles['relay']} aria-label={text('first-run.relay')}>
          {relay !== undefined && <RelayLine relay={relay} />}
          <Disclosure
            buttonRef={existing}
            label={text('first-run.relay.existing')}
            isOpen={shown === 'existing'}
            onToggle={() => toggle('existing')}
          >
            <RelayForm
              purpose="both"
              url={relay?.url ?? undefined}
              onReady={() => {
                setShown(undefined);
                existing.current?.focus();
              }}
            />
          </Disclosure>
          {canHost && (
            <Disclosure label={text('first-run.relay.host')} isOpen={shown === 'host'} onToggle={() => toggle('host')}>
              <HostRelay />
            </Disclosure>
          )}
          <Disclosure label={text('discovery.title')} isOpen={shown === 'nearby'} onToggle={() => toggle('nearby')}>
            <Nearby bare />
          </Disclosure>
        </section>
        <footer className={styles['footer']}>
          <Button variant="quiet" onClick={skipFirstRun}>
            {text('first-run.skip')}
          </Button>
        </footer>
      </div>
    </div>
  );
}

type DisclosureProps = Readonly<{
  label: string;
  isOpen: boolean;
  onToggle(): void;
  buttonRef?: Ref<HTMLButtonElement>;
  children: ReactNode;
}>;

function Disclosure({ label, isOpen, onToggle, buttonRef, children }: DisclosureProps): ReactElement {
  const id = useId();
  return (
    <div className={styles['disclosure']}>
      <Button
        ref={buttonRef}
        variant="quiet"
        icon={isOpen ? <ChevronDown /> : <ChevronRight />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={onToggle}
      >
        {label}
      </Button>
      <div id={id} className={styles['disclosed']} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}

function RelayLine({ relay }: Readonly<{ relay: RelayStatus }>): ReactElement {
  const { dot, words } = describeRelay(relay);
  return (
    <p className={styles['line']} role="status">
      {dot !== undefined && (
        <span aria-hidden="true">
          <StatusDot state={dot} label={words} />
        </span>
      )}
      <span>{words}</span>
    </p>
  );
}

function describeRelay({ url, state, problem }: RelayStatus): Readonly<{
  dot: StatusDotProps['state'] | undefined;
  words: string;
}> {
  if (url === null) return { dot: undefined, words: text('first-run.relay.state.none') };
  if (problem === 'relay.admission-needed')
    return { dot: 'waiting', words: text('first-run.relay.state.no-admission', { url }) };
  switch (state) {
    case 'online':
      return { dot: 'online', words: text('first-run.relay.state.online', { url }) };
    case 'waiting':
      return { dot: 'waiting', words: text('first-run.relay.state.waiting', { url }) };
    case 'failed':
    case 'stopped': {
      const why = explain(new ClawReachError(problem ?? 'relay.stopped', '')).what;
      return { dot: 'waiting', words: text('first-run.relay.state.failed', { url, why }) };
    }
    default:
      return { dot: 'waiting', words: text('first-run.relay.state.connecting', { url }) };
  }
}
